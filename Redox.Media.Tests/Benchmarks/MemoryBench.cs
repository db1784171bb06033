using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Redox.Media.Data.LocalPostgres;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>Many files of 30 MB at once: what the service holds meanwhile and afterwards, and how long the last sender waits for its 200.</summary>
internal sealed class MemoryBench(LocalPostgresCluster cluster)
{
    private const int FileBytes = 30_000_000;
    private static readonly int[] AtOnce = [1, 8, 100];

    /// <summary>What a sender waits after a 503, as the answer tells it to.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    /// <summary>The load is over: memory goes back within this time.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(20);

    /// <summary>Megabytes: what eight files at once may occupy, and what may be left of any load.</summary>
    private const long MostForEight = 400, MostLeft = 64;

    public async Task<int> RunAsync()
    {
        await cluster.EnsureDatabaseAsync("memory", CancellationToken.None);
        Console.WriteLine("30 MB files | resident MB: before   peak  after | seconds: first   last | answered 503 | KB allocated a file");
        var isWithin = true;
        foreach (var files in AtOnce)
        {
            await using var product = await MeasuredProcess.StartAsync(BenchServer.Product, cluster.ConnectionString("memory"));
            await new LoadGenerator(product.Address).RunAsync(BenchMessages.New(2_000), 8, TimeSpan.FromSeconds(3), int.MaxValue);
            isWithin &= await MeasureAsync(product, files);
        }

        return isWithin ? 0 : 1;
    }

    private static async Task<bool> MeasureAsync(MeasuredProcess product, int files)
    {
        var requests = Requests(files);
        await product.CollectAsync();
        var (before, allocated) = (product.Resident, await product.AllocatedAsync());
        product.ResetPeak();
        var sent = await Task.WhenAll(requests.Select(request => Task.Run(() => SendAsync(product, request))));
        var (peak, perFile) = (product.PeakResident, (await product.AllocatedAsync() - allocated) / files);
        await Task.Delay(Rest);
        var after = product.Resident;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{files,11} | {Megabytes(before),19} {Megabytes(peak),6} {Megabytes(after),6} | {sent.Min(one => one.Seconds),14:0.0} {sent.Max(one => one.Seconds),6:0.0} | {sent.Sum(one => one.Refused),12} | {perFile / 1024,19}"));
        return (files != 8 || Megabytes(peak) < MostForEight) && Megabytes(after - before) < MostLeft;
    }

    private static List<byte[]> Requests(int files)
    {
        var message = BenchMessages.New(FileBytes);
        var requests = new List<byte[]>();
        for (var number = 0; number < files; number++)
        {
            var request = message.Copy();
            message.Number(request, Stopwatch.GetTimestamp(), Stopwatch.GetTimestamp());
            requests.Add(request);
        }

        return requests;
    }

    // Again and again until it is answered 200, as Redox does.
    private static async Task<(double Seconds, int Refused)> SendAsync(MeasuredProcess product, byte[] request)
    {
        var clock = Stopwatch.StartNew();
        for (var refused = 0; ; refused++)
        {
            try
            {
                using var connection = await HttpConnection.OpenAsync(product.Address);
                if (await connection.SendAsync(request) == 200)
                {
                    return (clock.Elapsed.TotalSeconds, refused);
                }
            }
            catch (Exception exception) when (exception is SocketException or IOException)
            {
                // Refused before its body was read: the answer may be lost with the connection.
            }

            await Task.Delay(RetryAfter);
        }
    }

    private static long Megabytes(long bytes) => bytes / (1024 * 1024);
}
