namespace Redox.Media.Core.Deliveries;

/// <summary>Selects deliveries: those that meet every criterion that is not null.</summary>
public sealed record DeliveryFilter
{
    /// <summary>Received at this time or later.</summary>
    public DateTimeOffset? Since { get; init; }

    public IReadOnlyList<Outcome>? Outcomes { get; init; }

    /// <summary>The IDs of sources.</summary>
    public IReadOnlyList<string>? Sources { get; init; }

    /// <summary>The names of events, such as <c>New</c>, in upper or lower case.</summary>
    public IReadOnlyList<string>? Events { get; init; }

    /// <summary><c>engine</c>, <c>client:ID</c> or <c>staff:name</c>.</summary>
    public IReadOnlyList<string>? Callers { get; init; }

    /// <summary>Whether they are of test documents.</summary>
    public bool? Test { get; init; }

    /// <summary>The sources that the reader may see; null for all.</summary>
    public IReadOnlyList<string>? VisibleSources { get; init; }

    /// <summary>Whether a criterion leaves out deliveries of the time that is searched.</summary>
    public bool IsSelective =>
        Outcomes is not null || Sources is not null || Events is not null || Callers is not null || Test is not null
        || VisibleSources is not null;

    public bool Selects(DeliveryRecord delivery) =>
        !(delivery.ReceivedAt < Since) && Outcomes?.Contains(delivery.Outcome) != false && Sources?.Contains(delivery.Source) != false
        && Events?.Contains(delivery.EventType ?? "", StringComparer.OrdinalIgnoreCase) != false
        && Callers?.Contains(delivery.Caller) != false && (Test is null || Test == delivery.Test)
        && VisibleSources?.Contains(delivery.Source) != false;
}
