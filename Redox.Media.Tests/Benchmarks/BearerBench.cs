using System.Diagnostics;
using Newtonsoft.Json.Linq;
using static Redox.Media.Tests.Benchmarks.BenchTable;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>
/// What an access token costs over the verification token: the same requests of the engine with either, in turn, to one service.
/// </summary>
internal static class BearerBench
{
    /// <summary>Of requests per second, and of the processor time of service and database together.</summary>
    private const double MaxLoss = 0.05;

    private const string ClientId = "bench-engine";

    private static readonly BenchTable Table = new(
        "           row", "token per s", "bearer/token (spread)", "token CPU ms", "bearer/token (spread)", "token KB", "bearer KB", "other load");

    public static async Task<bool> RunAsync(BenchDatabase database, IEnumerable<BenchRow> rows, int turns, int seconds)
    {
        Table.WriteHead();
        var isWithin = true;
        foreach (var row in rows.Where(row => row is { IsFhir: false, Kind: not BenchKind.LookUp, FileBytes: < 1_000_000 }))
        {
            var connectionString = await database.CreateAsync("bench_service");
            await using var service = await BenchProcess.StartServiceAsync(Bench.ServiceFolder, connectionString);
            var bearer = await TokenAsync(service, await RegisterAsync(connectionString));
            var documents = await BenchDocuments.StoreAsync(service, row);
            var token = documents.ToSide(service, database, row);
            var other = (documents with { Request = documents.Request.With($"Authorization: Bearer {bearer}") }).ToSide(service, database, row);
            other.NextDocument = 2 * token.NextDocument;
            await MeasureAsync(database, row, turns, seconds, [token, other], "bench_service");
            await BenchDocuments.CheckStoredAsync(service, row, other);
            isWithin &= Write(row, token, other);
        }

        return isWithin;
    }

    /// <summary>Registers the engine by the command of the service; its secret.</summary>
    private static async Task<string> RegisterAsync(string connectionString)
    {
        var start = new ProcessStartInfo(
            "dotnet", [Path.Combine(Bench.ServiceFolder, "Redox.Media.Api.dll"), "clients", "add-engine", ClientId, "--name", "bench"])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment["ConnectionStrings__Media"] = connectionString;
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        using var command = Process.Start(start)!;
        var output = await command.StandardOutput.ReadToEndAsync();
        await command.WaitForExitAsync();
        return command.ExitCode == 0 && output.Split('\n').FirstOrDefault(line => line.Contains("shown again: ", StringComparison.Ordinal)) is { } line
            ? line.Split(' ')[^1].Trim() : throw new InvalidOperationException("The engine could not be registered: " + output);
    }

    // The service reads the registry every few seconds.
    private static async Task<string> TokenAsync(BenchProcess service, string secret)
    {
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(200))
        {
            using var form = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials", ["client_id"] = ClientId, ["client_secret"] = secret,
            });
            using var response = await service.Http.PostAsync(new Uri("/v2/auth/token", UriKind.Relative), form);
            var text = await response.Content.ReadAsStringAsync();
            if (response.IsSuccessStatusCode)
            {
                return (string)JObject.Parse(text)["access_token"]!;
            }

            if (clock.Elapsed > TimeSpan.FromSeconds(20))
            {
                throw new InvalidOperationException("There is no token: " + text);
            }
        }
    }

    private static bool Write(BenchRow row, BenchSide token, BenchSide bearer)
    {
        var (rate, cpu) = (Ratio(bearer, token, turn => turn.PerSecond), Ratio(bearer, token, turn => turn.ServiceMs + turn.SessionsMs));
        var isWithin = rate.Median >= 1 - MaxLoss && cpu.Median <= 1 + MaxLoss;
        Table.Write(
            isWithin ? "" : "MISSED", row.Name, Of(token, turn => turn.PerSecond, "0.0"), rate.Text,
            Of(token, turn => turn.ServiceMs + turn.SessionsMs, "0.000"), cpu.Text, Of(token, turn => turn.AllocatedKb, "0.0"),
            Of(bearer, turn => turn.AllocatedKb, "0.0"), Of(bearer, turn => turn.OtherLoad, "0%"));
        return isWithin;
    }
}
