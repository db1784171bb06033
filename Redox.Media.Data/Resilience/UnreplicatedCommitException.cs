namespace Redox.Media.Data.Resilience;

/// <summary>A commit that is not known to be replicated, although synchronous replication is configured.</summary>
internal sealed class UnreplicatedCommitException() : Exception("A commit is not known to be replicated.");
