using System.Globalization;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>What is measured, and for how long each time.</summary>
internal sealed record BenchPlan
{
    /// <summary>Bytes of file × connections.</summary>
    public required IReadOnlyList<(int FileBytes, int Connections)> Deliveries { get; init; }

    public required IReadOnlyList<(int FileBytes, int Connections)> Queries { get; init; }

    /// <summary>Connections. What is traced are deliveries of small files; a trace reads no file.</summary>
    public required IReadOnlyList<int> Traces { get; init; }

    public required IReadOnlyList<(int FileBytes, int Connections)> FhirCreates { get; init; }

    /// <summary>Of a resource and of its file.</summary>
    public required IReadOnlyList<(int FileBytes, int Connections)> FhirReads { get; init; }

    /// <summary>Turns that product and baseline take with each load.</summary>
    public required int Turns { get; init; }

    public required TimeSpan Turn { get; init; }

    /// <summary>What is small shares the more the more of it there is.</summary>
    private static (int FileBytes, int Connections)[] SmallFilesOfMany => [.. from connections in new[] { 1, 8, 32, 64 } select (2_000, connections)];

    public static BenchPlan Short { get; } = new()
    {
        Deliveries = [(2_000, 1), (2_000, 32), (100_000, 32), (1_000_000, 32)],
        Queries = [(2_000, 8), (1_000_000, 8), (30_000_000, 1)],
        Traces = [8],
        FhirCreates = [(2_000, 32), (1_000_000, 32)],
        FhirReads = [(2_000, 8), (1_000_000, 8)],
        Turns = 3,
        Turn = TimeSpan.FromSeconds(1),
    };

    public static BenchPlan Full { get; } = new()
    {
        Deliveries = [.. SmallFilesOfMany, .. from size in new[] { 100_000, 1_000_000, 30_000_000 } from connections in new[] { 1, 8, 32 } select (size, connections)],
        Queries = [.. SmallFilesOfMany, .. from size in new[] { 100_000, 1_000_000, 30_000_000 } from connections in new[] { 1, 8, 32 } select (size, connections)],
        Traces = [1, 8, 32, 64],
        FhirCreates = [(2_000, 32), (2_000, 64), (100_000, 32), (1_000_000, 32)],
        FhirReads = [(2_000, 8), (2_000, 32), (2_000, 64), (100_000, 8), (1_000_000, 8)],
        Turns = 4,
        Turn = TimeSpan.FromSeconds(2),
    };

    /// <summary>The FHIR door alone.</summary>
    public static BenchPlan Fhir { get; } = Full with { Deliveries = [], Queries = [], Traces = [], Turns = 3, Turn = TimeSpan.FromSeconds(2) };

    /// <summary>For work on one thing: <c>deliveries|queries|traces SIZE CONNECTIONS [SECONDS [TURNS]]</c>.</summary>
    public static BenchPlan Quick(string what, string[] args)
    {
        int Number(int place, int whenAbsent) => args.Length > place ? int.Parse(args[place], CultureInfo.InvariantCulture) : whenAbsent;
        return new BenchPlan
        {
            Deliveries = what == "deliveries" ? [(Number(0, 2_000), Number(1, 32))] : [],
            Queries = what == "queries" ? [(Number(0, 2_000), Number(1, 8))] : [],
            Traces = what == "traces" ? [Number(1, 8)] : [],
            FhirCreates = [],
            FhirReads = [],
            Turn = TimeSpan.FromSeconds(Number(2, 2)),
            Turns = Number(3, 3),
        };
    }
}
