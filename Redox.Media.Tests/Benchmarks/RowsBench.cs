using Npgsql;
using Redox.Media.Data.LocalPostgres;
using static Redox.Media.Tests.Benchmarks.BenchTable;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>The service in turn with its baselines: the floor for what writes, the audited read and the bare read for what reads.</summary>
internal static class RowsBench
{
    private static readonly BenchTable Table = new(
        "                row", "  per s", "    baseline's", "ratio (spread)  ", "    budget", "median ms", "baseline's", " p99 ms",
        "baseline's", "CPU ms service+database", "     baseline's", "     KB", " MB", "other load");

    public static async Task<bool> RunAsync(BenchDatabase database, IEnumerable<BenchRow> rows, int turns, int seconds)
    {
        Console.WriteLine($"{Environment.ProcessorCount} processors, .NET {Environment.Version}, {turns} turns of {seconds} s");
        Table.WriteHead();
        var isWithin = true;
        foreach (var row in rows)
        {
            isWithin &= await RunAsync(database, row, turns, seconds);
        }

        return isWithin;
    }

    private static async Task<bool> RunAsync(BenchDatabase database, BenchRow row, int turns, int seconds)
    {
        await using var service = await BenchProcess.StartServiceAsync(Bench.ServiceFolder, await database.CreateServedAsync("bench_service"));
        var connectionString = await database.CreateAsync("bench_baseline");
        await using var baseline = await BenchProcess.StartBaselineAsync(connectionString);
        var documents = await BenchDocuments.StoreAsync(service, row);
        (string Name, BenchRequest Request)[] loads = row.IsWrite
            ? [("floor", documents.Request.At("/floor"))]
            : [("audited", documents.Request.At("/audited")), ("bare", BenchRequest.FhirGet("/bare"))];
        await CheckBaselineAsync(baseline, connectionString, documents.Response, loads[0].Request);

        var side = documents.ToSide(service, database, row);
        BenchSide[] others = [.. loads.Select(load => new BenchSide(baseline, database.Postmaster, load.Request, row.Connections))];
        await MeasureAsync(database, row, turns, seconds, [side, .. others], "bench_service", "bench_baseline");
        await BenchDocuments.CheckStoredAsync(service, row, side);
        return loads.Zip(others).Select(one => Write(row, side, one.Second, one.First.Name)).ToArray().All(isWithin => isWithin);
    }

    /// <summary>Gives the baseline a response of the service to read, and checks that it reads and writes in full.</summary>
    private static async Task CheckBaselineAsync(BenchProcess baseline, string connectionString, byte[] toRead, BenchRequest request)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var insert = database.CreateCommand("insert into bare (id, body) values (1, $1)");
        insert.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = toRead });
        await insert.ExecuteNonQueryAsync();

        using var message = request.ToMessage(number: 1);
        var sent = message.Content is null ? [] : await message.Content.ReadAsByteArrayAsync();
        using var response = (await baseline.Http.SendAsync(message)).EnsureSuccessStatusCode();
        var read = await response.Content.ReadAsByteArrayAsync();
        await using var select = database.CreateCommand("select body from floor");
        var stored = (byte[]?)await select.ExecuteScalarAsync();
        if (!read.AsSpan().SequenceEqual(toRead) || !sent.AsSpan().SequenceEqual(stored))
        {
            throw new InvalidOperationException("The baseline is not correct.");
        }
    }

    /// <returns>False when a budget is missed that is a condition.</returns>
    private static bool Write(BenchRow row, BenchSide side, BenchSide other, string name)
    {
        var (ratio, median) = (Ratio(side, other, turn => turn.PerSecond), Ratio(side, other, turn => turn.MedianMs).Median);
        var minRatio = name == "bare" ? row.MinBareRatio : row.MinRatio;
        var maxMedian = name == "bare" ? null : row.MaxMedianRatio;
        var isMissed = ratio.Median < minRatio || median > maxMedian;
        Table.Write(
            !isMissed ? "" : row.IsGoal ? "goal missed" : "MISSED", row.Name, Of(side, turn => turn.PerSecond, "0.0"),
            name + Of(other, turn => turn.PerSecond, " 0.0"), ratio.Text,
            minRatio is not null ? FormattableString.Invariant($">= {minRatio:0.0}")
                : maxMedian is not null ? FormattableString.Invariant($"{median:0.00} <= {maxMedian:0.0}") : "",
            Of(side, turn => turn.MedianMs, "0.00"), Of(other, turn => turn.MedianMs, "0.00"),
            Of(side, turn => turn.P99Ms, "0.0"), Of(other, turn => turn.P99Ms, "0.0"),
            Of(side, turn => turn.ServiceMs, "0.000") + Of(side, turn => turn.SessionsMs, "+0.000"),
            Of(other, turn => turn.ServiceMs, "0.000") + Of(other, turn => turn.SessionsMs, "+0.000"),
            Of(side, turn => turn.AllocatedKb, "0.0"), $"{side.Process.PeakResident >> 20}", Of(side, turn => turn.OtherLoad, "0%"));
        return !isMissed || row.IsGoal;
    }
}
