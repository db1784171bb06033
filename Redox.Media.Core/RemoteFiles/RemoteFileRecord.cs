using Redox.Media.Core.Deliveries;

namespace Redox.Media.Core.RemoteFiles;

/// <summary>A remote file as support staff see it, without its address. The support API writes it as JSON.</summary>
public sealed record RemoteFileRecord
{
    /// <summary>The delivery whose version names it.</summary>
    public required DeliveryId DeliveryId { get; init; }

    public required string Host { get; init; }

    /// <summary>waiting, stored or failed: given up after <c>RemoteFiles:GiveUpAfter</c>.</summary>
    public required string State { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public int Tries { get; init; }

    public DateTimeOffset? FirstTriedAt { get; init; }

    public DateTimeOffset? LastTriedAt { get; init; }

    /// <summary>Null unless it waits.</summary>
    public DateTimeOffset? NextTryAt { get; init; }

    /// <summary>Whether an instance fetches it now.</summary>
    public bool IsFetching { get; init; }

    /// <summary>Why the last try failed: a name of <see cref="RemoteFileFailures"/>.</summary>
    public string? Failure { get; init; }

    /// <summary>The HTTP status of the last try.</summary>
    public int? Status { get; init; }

    /// <summary>When it was stored or given up.</summary>
    public DateTimeOffset? SettledAt { get; init; }

    /// <summary>The version that has the file.</summary>
    public DeliveryId? StoredAs { get; init; }

    /// <summary>Bytes of the file; null until it is stored.</summary>
    public long? ContentBytes { get; init; }

    /// <summary>The last 50, newest first; null where they were not looked up, as of several files.</summary>
    public IReadOnlyList<RemoteFileTry>? LastTries { get; init; }
}

/// <summary>One try to fetch a file.</summary>
public sealed record RemoteFileTry
{
    public required int Number { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>Null for the one that succeeded.</summary>
    public string? Failure { get; init; }

    public int? Status { get; init; }

    /// <summary>How many bytes arrived.</summary>
    public long Bytes { get; init; }
}

/// <summary>Files of one source and host that could not be fetched for a long time, for one reason.</summary>
public sealed record OverdueRemoteFiles
{
    public required string Source { get; init; }

    public required string Host { get; init; }

    /// <summary>waiting or failed.</summary>
    public required string State { get; init; }

    public string? Failure { get; init; }

    public int? Status { get; init; }

    public required long Count { get; init; }

    public required DateTimeOffset OldestAt { get; init; }

    public DateTimeOffset? LastTriedAt { get; init; }

    public required DeliveryId OldestDelivery { get; init; }
}
