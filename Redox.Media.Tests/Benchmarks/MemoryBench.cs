using System.Diagnostics;
using System.Net;
using Redox.Media.Core.Deliveries;
using Redox.Media.Data.LocalPostgres;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>Eight files of 30 MB at once, then a hundred: the most resident memory, that of a minute after, and the longest wait.</summary>
internal static class MemoryBench
{
    private const int MaxAfter = 200;

    private static readonly BenchTable Table = new(
        "30 MB files", "peak MB", "budget", "MB a minute after", "budget", "last response s", "budget", "retries", "KB allocated a file");

    /// <summary>The engine gives up after it.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(1);

    public static async Task<bool> RunAsync(BenchDatabase database)
    {
        await using var service = await BenchProcess.StartServiceAsync(Bench.ServiceFolder, await database.CreateServedAsync("bench_service"));
        await new BenchSide(service, database.Postmaster, BenchRequest.Delivery(2_000), connections: 8).WarmUpAsync(seconds: 3);
        Table.WriteHead();
        var isWithin = await MeasureAsync(service, files: 8, first: 1, maxPeak: 400);

        // The byte budget of 256 MB, and what an idle process and its connections have.
        return await MeasureAsync(service, files: 100, first: 101, maxPeak: 480) && isWithin;
    }

    private static async Task<bool> MeasureAsync(BenchProcess service, int files, int first, long maxPeak)
    {
        var delivery = BenchRequest.Delivery(30_000_000);
        var allocated = await service.AllocatedAsync();
        service.ResetPeak();
        var clock = Stopwatch.StartNew();
        var retries = (await Task.WhenAll(Enumerable.Range(first, files).Select(number => SendAsync(service, delivery, number)))).Sum();
        var (last, peak) = (clock.Elapsed, service.PeakResident >> 20);
        allocated = await service.AllocatedAsync() - allocated;
        await Task.Delay(Rest);
        var after = service.Resident >> 20;
        var isWithin = peak < maxPeak && after < MaxAfter && last < MaxWait;
        Table.Write(
            isWithin ? "" : "MISSED", $"{files}", $"{peak}", $"{maxPeak}", $"{after}", $"{MaxAfter}", $"{(int)last.TotalSeconds}",
            $"{MaxWait.TotalSeconds}", $"{retries}", $"{allocated / files / 1024}");
        return isWithin;
    }

    /// <summary>Sends again after a 503, or when the connection broke, as it may after a 503 that came before the body was read.</summary>
    /// <returns>How often.</returns>
    private static async Task<int> SendAsync(BenchProcess service, BenchRequest delivery, int number)
    {
        for (var retries = 0; ; retries++)
        {
            try
            {
                using var response = await service.Http.SendAsync(delivery.ToMessage(number));
                if (response.StatusCode != HttpStatusCode.ServiceUnavailable)
                {
                    response.EnsureSuccessStatusCode();
                    return retries;
                }
            }
            catch (HttpRequestException exception) when (exception.StatusCode is null && retries < 100)
            {
            }

            await Task.Delay(RetryAfter);
        }
    }
}
