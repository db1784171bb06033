using System.Globalization;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>What is measured, and for how long each time.</summary>
internal sealed record BenchPlan
{
    /// <summary>Bytes of file × connections.</summary>
    public required IReadOnlyList<(int FileBytes, int Connections)> Deliveries { get; init; }

    public required IReadOnlyList<(int FileBytes, int Connections)> Queries { get; init; }

    /// <summary>Of the deliveries of such files; a trace reads none.</summary>
    public required IReadOnlyList<(int FileBytes, int Connections)> Traces { get; init; }

    public required IReadOnlyList<(int FileBytes, int Connections)> FhirCreates { get; init; }

    /// <summary>Of a resource and of its file.</summary>
    public required IReadOnlyList<(int FileBytes, int Connections)> FhirReads { get; init; }

    /// <summary>Turns that product and baseline take with each load.</summary>
    public required int Turns { get; init; }

    public required TimeSpan Turn { get; init; }

    /// <summary>How often the service is started to see how long that takes.</summary>
    public int Starts { get; init; }

    /// <summary>What is small shares the more the more of it there is.</summary>
    private static (int FileBytes, int Connections)[] SmallFilesOfMany => [.. from connections in new[] { 1, 8, 32, 64 } select (2_000, connections)];

    public static BenchPlan Short { get; } = new()
    {
        Deliveries = [(2_000, 1), (2_000, 32), (100_000, 32), (1_000_000, 32)],
        Queries = [(2_000, 8), (1_000_000, 8), (30_000_000, 1)],
        Traces = [(2_000, 8)],
        FhirCreates = [(2_000, 32), (1_000_000, 32)],
        FhirReads = [(2_000, 8), (1_000_000, 8)],
        Turns = 3,
        Turn = TimeSpan.FromSeconds(1),
        Starts = 5,
    };

    public static BenchPlan Full { get; } = new()
    {
        Deliveries = [.. SmallFilesOfMany, .. from size in new[] { 100_000, 1_000_000, 30_000_000 } from connections in new[] { 1, 8, 32 } select (size, connections)],
        Queries = [.. SmallFilesOfMany, .. from size in new[] { 100_000, 1_000_000, 30_000_000 } from connections in new[] { 1, 8, 32 } select (size, connections)],
        Traces = SmallFilesOfMany,
        FhirCreates = [(2_000, 32), (2_000, 64), (100_000, 32), (1_000_000, 32), (30_000_000, 8)],
        FhirReads = [(2_000, 8), (2_000, 32), (2_000, 64), (100_000, 8), (1_000_000, 8), (30_000_000, 8)],
        Turns = 4,
        Turn = TimeSpan.FromSeconds(2),
        Starts = 9,
    };

    /// <summary>The FHIR door alone.</summary>
    public static BenchPlan Fhir { get; } = Full with { Deliveries = [], Queries = [], Traces = [], Turns = 3, Starts = 0 };

    /// <summary>For work on one thing.</summary>
    /// <param name="what">deliveries, queries, traces, or FHIR's creates or reads.</param>
    /// <param name="numbers">SIZE CONNECTIONS [SECONDS [TURNS]].</param>
    /// <returns>Null when it does not say so.</returns>
    public static BenchPlan? Quick(string what, string[] numbers)
    {
        var given = numbers.Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0).ToArray();
        if (given.Length is < 2 or > 4 || given.Contains(0))
        {
            return null;
        }

        IReadOnlyList<(int FileBytes, int Connections)> rows = [(given[0], given[1])];
        return new BenchPlan
        {
            Deliveries = what == "deliveries" ? rows : [],
            Queries = what == "queries" ? rows : [],
            Traces = what == "traces" ? rows : [],
            FhirCreates = what == "creates" ? rows : [],
            FhirReads = what == "reads" ? rows : [],
            Turn = TimeSpan.FromSeconds(given.ElementAtOrDefault(2) is > 0 and var seconds ? seconds : 2),
            Turns = given.ElementAtOrDefault(3) is > 0 and var turns ? turns : 3,
        };
    }
}
