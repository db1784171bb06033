namespace Redox.Media.Data.Migrations;

/// <summary>
/// Whether the schema stands. Until then nobody may touch the tables, and whoever comes is told to come back; from then on a table that is
/// missing is a fault, not a matter of time.
/// </summary>
internal sealed class MigrationGate
{
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsOpen => Opened.IsCompleted;

    /// <summary>For those who have nothing to do before.</summary>
    public Task Opened => _opened.Task;

    /// <summary>Once, after the last migration; it is never closed again.</summary>
    public void Open() => _opened.TrySetResult();
}
