namespace Redox.Media.Data.Migrations;

/// <summary>
/// Whether the database has been migrated. Until then the store rejects all calls as unavailable; from then on a missing table is an
/// error.
/// </summary>
internal sealed class MigrationGate
{
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private volatile string _reason = "the database has not been migrated yet";

    public bool IsOpen => Opened.IsCompleted;

    /// <summary>Why it is not open, for the readiness check.</summary>
    public string Reason
    {
        get => _reason;
        set => _reason = value;
    }

    /// <summary>Completes when the gate is opened.</summary>
    public Task Opened => _opened.Task;

    /// <summary>Called once, after the last migration.</summary>
    public void Open() => _opened.TrySetResult();
}
