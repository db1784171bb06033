using System.Globalization;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Fhir;

namespace Redox.Media.Tests.Benchmarks;

internal enum BenchKind
{
    Delivery,
    Query,
    LookUp,
    FhirCreate,
    FhirRead,
    FhirContent,
}

/// <summary>One line of the tables: a kind of request, the bytes of the file that it brings or asks about, and connections.</summary>
internal sealed record BenchRow(BenchKind Kind, string Name, int FileBytes, int Connections)
{
    /// <summary>The least ratio of requests per second to the floor or to the audited read.</summary>
    public double? MinRatio { get; init; }

    /// <summary>The least ratio of requests per second to the bare read.</summary>
    public double? MinBareRatio { get; init; }

    /// <summary>The greatest ratio of the median latency to that of the floor or of the audited read.</summary>
    public double? MaxMedianRatio { get; init; }

    /// <summary>A budget that is not met yet: said, but no failure.</summary>
    public bool IsGoal { get; init; }

    public static IReadOnlyList<BenchRow> All { get; } =
    [
        Of(BenchKind.Delivery, "2KB", 1) with { MaxMedianRatio = 1.5, IsGoal = true },
        Of(BenchKind.Delivery, "2KB", 8) with { MinRatio = 0.9, IsGoal = true },
        Of(BenchKind.Delivery, "2KB", 32) with { MinRatio = 1.2 },
        Of(BenchKind.Delivery, "2KB", 128) with { MinRatio = 1.2 },
        Of(BenchKind.Delivery, "100KB", 32) with { MinRatio = 1.2 },
        Of(BenchKind.Delivery, "1MB", 32) with { MinRatio = 1.2 },
        Of(BenchKind.Delivery, "30MB", 8) with { MinRatio = 1.2 },
        Of(BenchKind.Query, "2KB", 1) with { MaxMedianRatio = 1.5, IsGoal = true },
        Of(BenchKind.Query, "2KB", 8) with { MinRatio = 1.0 },
        Of(BenchKind.Query, "2KB", 32) with { MinRatio = 1.4 },
        Of(BenchKind.Query, "1MB", 8) with { MinRatio = 1.0 },
        Of(BenchKind.Query, "1MB", 32) with { MinRatio = 1.0 },
        Of(BenchKind.Query, "30MB", 8) with { MinBareRatio = 1.2 },
        Of(BenchKind.LookUp, "2KB", 8) with { MinRatio = 1.0 },
        Of(BenchKind.LookUp, "2KB", 32) with { MinRatio = 1.4 },
        Of(BenchKind.FhirRead, "2KB", 8) with { MinRatio = 1.0 },
        Of(BenchKind.FhirRead, "2KB", 32) with { MinRatio = 1.4 },
        Of(BenchKind.FhirContent, "2KB", 8) with { MinRatio = 1.0 },
        Of(BenchKind.FhirContent, "2KB", 32) with { MinRatio = 1.4 },
        Of(BenchKind.FhirContent, "1MB", 8),
        Of(BenchKind.FhirCreate, "2KB", 32),
    ];

    /// <summary>Whether each request brings a new document.</summary>
    public bool IsWrite => Kind is BenchKind.Delivery or BenchKind.FhirCreate;

    /// <summary>Documents that are there before the load.</summary>
    public int DocumentCount => IsWrite ? 1 : FileBytes >= 10_000_000 ? 4 : FileBytes >= 1_000_000 ? 40 : 2_000;

    /// <summary>A large file needs longer turns: what is under way when a turn ends is not counted.</summary>
    public int TurnSeconds(int seconds) => FileBytes >= 10_000_000 ? 3 * seconds : seconds;

    private static BenchRow Of(BenchKind kind, string size, int connections)
    {
        var kinds = new[] { "delivery", "query", "look-up", "fhir-create", "fhir-read", "fhir-content" };
        var unit = size.EndsWith("MB", StringComparison.Ordinal) ? 1_000_000 : 1_000;
        return new BenchRow(kind, $"{kinds[(int)kind]}-{size}-{connections}", int.Parse(size[..^2], CultureInfo.InvariantCulture) * unit, connections);
    }
}
