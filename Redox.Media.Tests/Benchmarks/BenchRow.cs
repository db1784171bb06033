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

/// <summary>One row of the tables: a kind of request, the size of the file that it brings or asks about, and connections.</summary>
/// <param name="MinRatio">The least ratio of requests per second to the floor or to the audited read.</param>
/// <param name="MinBareRatio">The least ratio of requests per second to the bare read.</param>
/// <param name="MaxMedianRatio">The greatest ratio of the median latency to that of the floor or of the audited read.</param>
/// <param name="IsGoal">A budget that is not met yet: its miss is shown, but is no failure.</param>
internal sealed record BenchRow(
    BenchKind Kind, string Size, int Connections,
    double? MinRatio = null, double? MinBareRatio = null, double? MaxMedianRatio = null, bool IsGoal = false)
{
    public static IReadOnlyList<BenchRow> All { get; } =
    [
        new(BenchKind.Delivery, "2KB", 1, MaxMedianRatio: 1.5, IsGoal: true),
        new(BenchKind.Delivery, "2KB", 8, MinRatio: 0.9, IsGoal: true),
        new(BenchKind.Delivery, "2KB", 32, MinRatio: 1.2),
        new(BenchKind.Delivery, "2KB", 128, MinRatio: 1.2),
        new(BenchKind.Delivery, "100KB", 32, MinRatio: 1.2),
        new(BenchKind.Delivery, "1MB", 32, MinRatio: 1.2),
        new(BenchKind.Delivery, "30MB", 8),
        new(BenchKind.Query, "2KB", 1, MaxMedianRatio: 1.5, IsGoal: true),
        new(BenchKind.Query, "2KB", 8, MinRatio: 1.0),
        new(BenchKind.Query, "2KB", 32, MinRatio: 1.4),
        new(BenchKind.Query, "1MB", 8, MinRatio: 1.0),
        new(BenchKind.Query, "1MB", 32, MinRatio: 1.0),
        new(BenchKind.Query, "30MB", 8, MinBareRatio: 1.2),
        new(BenchKind.LookUp, "2KB", 8, MinRatio: 1.0),
        new(BenchKind.LookUp, "2KB", 32, MinRatio: 1.4),
        new(BenchKind.FhirRead, "2KB", 8, MinRatio: 1.0),
        new(BenchKind.FhirRead, "2KB", 32, MinRatio: 1.4),
        new(BenchKind.FhirContent, "2KB", 8, MinRatio: 1.0),
        new(BenchKind.FhirContent, "2KB", 32, MinRatio: 1.4),
        new(BenchKind.FhirContent, "1MB", 8),
        new(BenchKind.FhirCreate, "2KB", 32),
    ];

    public string Name => $"{Kind}-{Size}-{Connections}";

    public int FileBytes => int.Parse(Size[..^2], CultureInfo.InvariantCulture) * (Size[^2] == 'M' ? 1_000_000 : 1_000);

    public bool IsFhir => Kind is BenchKind.FhirCreate or BenchKind.FhirRead or BenchKind.FhirContent;

    /// <summary>Whether each request brings a new document.</summary>
    public bool IsWrite => Kind is BenchKind.Delivery or BenchKind.FhirCreate;

    /// <summary>Documents that are there before the load.</summary>
    public int DocumentCount => IsWrite ? 1 : FileBytes >= 10_000_000 ? 4 : FileBytes >= 1_000_000 ? 40 : 2_000;

    /// <summary>A large file needs longer turns: what is under way when a turn ends is not counted.</summary>
    public int TurnSeconds(int seconds) => FileBytes >= 10_000_000 ? 3 * seconds : seconds;
}
