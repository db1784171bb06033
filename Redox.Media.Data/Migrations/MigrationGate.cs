namespace Redox.Media.Data.Migrations;

/// <summary>
/// Whether the database has been migrated. Until then the store rejects all calls as unavailable; from then on a missing table is an
/// error.
/// </summary>
internal sealed class MigrationGate
{
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsOpen => Opened.IsCompleted;

    /// <summary>Completes when the gate is opened.</summary>
    public Task Opened => _opened.Task;

    /// <summary>Called once, after the last migration.</summary>
    public void Open() => _opened.TrySetResult();
}
