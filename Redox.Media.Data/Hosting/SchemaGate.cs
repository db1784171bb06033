namespace Redox.Media.Data.Hosting;

/// <summary>
/// Whether the schema stands. Until then nobody may touch the tables, and whoever comes is told to come back; from then on a table that is
/// missing is a fault, not a matter of time.
/// </summary>
internal sealed class SchemaGate
{
    private volatile bool _isOpen;

    public bool IsOpen => _isOpen;

    /// <summary>Once, after the last migration; it is never closed again.</summary>
    public void Open() => _isOpen = true;
}
