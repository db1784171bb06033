using System.Text.Json.Serialization;

namespace Redox.Media.Core.Statistics;

/// <summary>What was delivered in a time, in numbers. It contains no log ID, no document and no patient.</summary>
public sealed record DeliveryOverview
{
    /// <summary>24h, 7d or 30d.</summary>
    public required string Window { get; init; }

    /// <summary>Whether it is about test deliveries, or about all others.</summary>
    public required bool Test { get; init; }

    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset Until { get; init; }

    /// <summary>The length of <see cref="Times"/>: hour or day, at UTC.</summary>
    public required string Unit { get; init; }

    public required OverviewNumbers Numbers { get; init; }

    /// <summary>Every bucket of the window, also those without deliveries, the oldest first.</summary>
    public required IReadOnlyList<OverviewTime> Times { get; init; }

    /// <summary>Those with the most deliveries first.</summary>
    public required IReadOnlyList<OverviewSource> Sources { get; init; }

    /// <summary>Deliveries by event: New, Replace, Delete, Query, an interaction of FHIR, or other.</summary>
    public required IReadOnlyDictionary<string, long> Events { get; init; }

    public required IReadOnlyDictionary<string, long> Outcomes { get; init; }

    /// <summary>Null when no delivery was measured.</summary>
    public DurationPercentiles? Duration { get; init; }

    /// <summary>The sources that are silent for longer than usual, the longest first (<see cref="SourceActivity"/>).</summary>
    public required IReadOnlyList<SilentSource> Silent { get; init; }

    /// <summary>How many further sources delivered that the caller may not see.</summary>
    public required int HiddenSources { get; init; }
}

/// <summary>The numbers at the top.</summary>
public sealed record OverviewNumbers
{
    public required long Deliveries { get; init; }

    /// <summary>Set-aside deliveries of any time that nobody has released or discarded.</summary>
    public required long OpenSetAside { get; init; }

    /// <summary>When the oldest of them was received; null when there is none.</summary>
    public DateTimeOffset? OldestSetAsideAt { get; init; }

    /// <summary>The source with the greatest 95th percentile of its durations; null when none was measured.</summary>
    public string? SlowestSource { get; init; }

    public double? SlowestSourceP95Milliseconds { get; init; }

    public required int SilentSources { get; init; }
}

/// <summary>Deliveries that have something in common.</summary>
public abstract record OverviewGroup
{
    public required long Deliveries { get; init; }

    public required IReadOnlyDictionary<string, long> Outcomes { get; init; }

    public required long BodyBytes { get; init; }

    public required long ContentBytes { get; init; }

    public DurationPercentiles? Duration { get; init; }
}

/// <summary>Those of one hour or day.</summary>
public sealed record OverviewTime : OverviewGroup
{
    [JsonPropertyOrder(-1)]
    public required DateTimeOffset At { get; init; }
}

/// <summary>Those of one source.</summary>
public sealed record OverviewSource : OverviewGroup
{
    /// <summary>Meta.Source.ID, cut after 127 characters; empty for deliveries that name none.</summary>
    [JsonPropertyOrder(-1)]
    public required string Source { get; init; }

    public required DateTimeOffset LastReceivedAt { get; init; }
}

/// <summary>A source that has sent no event for longer than usual.</summary>
public sealed record SilentSource
{
    public required string Source { get; init; }

    public required DateTimeOffset LastReceivedAt { get; init; }

    public required double SilentHours { get; init; }

    /// <summary>The longest but one of its pauses of the last 28 days.</summary>
    public required double UsualPauseHours { get; init; }
}
