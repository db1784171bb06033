using Redox.Media.Core.Deliveries;

namespace Redox.Media.Core.SetAside;

/// <summary>A job and how far it is.</summary>
public sealed record SetAsideJob
{
    /// <summary>The deliveries that one job has at most.</summary>
    public const int MaxDeliveries = 5_000;

    public required Guid Id { get; init; }

    public required SetAsideAct Act { get; init; }

    /// <summary>The group that was meant; null when the deliveries were named.</summary>
    public Guid? Group { get; init; }

    /// <summary>Why, as staff gave it. It may contain health information.</summary>
    public required string Reason { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The member of staff who asked for it.</summary>
    public required string Member { get; init; }

    public int Total { get; init; }

    public int Done { get; init; }

    public int Failed { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? StopRequestedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Whether an instance works on it.</summary>
    public bool IsLeased { get; init; }

    public int Remaining => Total - Done - Failed;

    /// <summary>One word for the state.</summary>
    public string State => this switch
    {
        { EndedAt: not null, Remaining: 0 } => "done",
        { EndedAt: not null } => "stopped",
        { StopRequestedAt: not null } => "stopping",
        { IsLeased: true } => "running",
        _ => "waiting",
    };

    /// <summary>A new ID, by which jobs sort by their time within one process.</summary>
    public static Guid NewId(DateTimeOffset now) => Guid.CreateVersion7(now);
}

/// <summary>What a job does, for the instance that works on it.</summary>
/// <param name="Staff">The member of staff who asked for it, with the origin of that request.</param>
public sealed record SetAsideWork(Guid Id, SetAsideAct Act, string Reason, Caller.Staff Staff);

/// <summary>A delivery of a job.</summary>
/// <param name="Tries">How often an instance has begun with it, this time included.</param>
public sealed record SetAsideJobDelivery(Guid Job, int Position, DeliveryId Delivery, int Tries);

/// <summary>A delivery of a job that failed.</summary>
/// <param name="Failure">Why; paths and rules, never a value.</param>
public sealed record SetAsideJobFailure(int Position, DeliveryId DeliveryId, string Failure, DateTimeOffset EndedAt);

/// <summary>The result of asking for a job.</summary>
/// <param name="IsCreated">Whether as many deliveries matched as the request states.</param>
/// <param name="Matching">How many match now.</param>
/// <param name="Total">How many the job has: at most <see cref="SetAsideJob.MaxDeliveries"/>.</param>
public sealed record SetAsideJobCreation(bool IsCreated, long Matching, int Total);

/// <summary>How fast jobs run, and for how long an instance that has stopped holds one.</summary>
/// <param name="PerSecond">Deliveries in a second.</param>
/// <param name="Lease">In whole seconds.</param>
public sealed record SetAsideJobPace(int PerSecond, TimeSpan Lease);
