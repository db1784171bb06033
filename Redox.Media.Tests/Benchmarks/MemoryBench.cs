using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Redox.Media.Api.Configuration;
using Redox.Media.Data.LocalPostgres;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>
/// Many files of 30 MB at once, first eight and then a hundred, at one process: what it holds meanwhile and afterwards, and how long the
/// last sender waits for its 200.
/// </summary>
internal sealed class MemoryBench(LocalPostgresCluster cluster)
{
    private const int FileBytes = 30_000_000;

    /// <summary>Bytes resident while eight files arrive at once.</summary>
    private const long MaxForEight = 400 * Megabyte;

    /// <summary>Bytes resident beside the byte budget and what an idle process has, however many files arrive: for connections and the heap.</summary>
    private const long MaxBeside = 96 * Megabyte;

    /// <summary>Bytes resident after a load beyond those before the first.</summary>
    private const long MaxLeft = 64 * Megabyte;

    private const long Megabyte = 1024 * 1024;

    /// <summary>Redox gives up after it.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(120);

    /// <summary>What a sender waits after a 503, as the answer tells it to.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    /// <summary>The load is over: memory goes back within this time.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(20);

    /// <returns>False when a bound is broken.</returns>
    public async Task<bool> RunAsync()
    {
        await cluster.EnsureDatabaseAsync("memory", CancellationToken.None);
        await using var product = await MeasuredProcess.StartAsync(BenchServer.Product, cluster.ConnectionString("memory"));
        await new LoadGenerator(product.Address).RunAsync(BenchMessages.New(2_000), 8, TimeSpan.FromSeconds(3));
        await product.CollectAsync();
        var idle = product.Resident;
        Console.WriteLine(
            "30 MB files | resident MB: idle   peak   most  after   most | seconds: first   last | 503: all  of one sender  connections broken | KB allocated a file");
        var isWithin = await MeasureAsync(product, 8, idle, MaxForEight);
        isWithin &= await MeasureAsync(product, 100, idle, idle + new IntakeSettings().MemoryBudgetBytes + MaxBeside);
        return isWithin;
    }

    private static async Task<bool> MeasureAsync(MeasuredProcess product, int files, long idle, long mostResident)
    {
        var requests = Requests(files);
        var allocated = await product.AllocatedAsync();
        product.ResetPeak();
        var sent = await Task.WhenAll(requests.Select(request => Task.Run(() => SendAsync(product, request))));
        var (peak, perFile) = (product.PeakResident, (await product.AllocatedAsync() - allocated) / files);
        await Task.Delay(Rest);
        var after = product.Resident;
        var last = sent.Max(one => one.Elapsed);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{files,11} | {idle / Megabyte,17} {peak / Megabyte,6} {mostResident / Megabyte,6} {after / Megabyte,6} {(idle + MaxLeft) / Megabyte,6} | {sent.Min(one => one.Elapsed).TotalSeconds,14:0.0} {last.TotalSeconds,6:0.0} | {sent.Sum(one => one.Refused),8} {sent.Max(one => one.Refused),14} {sent.Sum(one => one.Broken),19} | {perFile / 1024,19}"));
        return Holds(peak < mostResident, "The peak is too high.")
            & Holds(after < idle + MaxLeft, "Too much is left after the load.")
            & Holds(last < LongestWait, "A sender waited too long.");
    }

    private static bool Holds(bool bound, string otherwise)
    {
        if (!bound)
        {
            Console.WriteLine(otherwise);
        }

        return bound;
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
    private static async Task<Sent> SendAsync(MeasuredProcess product, byte[] request)
    {
        var clock = Stopwatch.StartNew();
        for (var (refused, broken) = (0, 0); ;)
        {
            try
            {
                using var connection = await HttpConnection.OpenAsync(product.Address);
                switch (await connection.SendAsync(request))
                {
                    case 200:
                        return new Sent(clock.Elapsed, refused, broken);
                    case 503:
                        refused++;
                        break;
                    case var status:
                        throw new InvalidOperationException($"A file of 30 MB was answered {status}.");
                }
            }
            catch (Exception exception) when (exception is SocketException or IOException)
            {
                broken++; // refused before its body was read, the answer may be lost with the connection
            }

            if (clock.Elapsed > 2 * LongestWait)
            {
                throw new TimeoutException("A file of 30 MB is not taken.");
            }

            await Task.Delay(RetryAfter);
        }
    }

    /// <summary>What became of a sender.</summary>
    /// <param name="Elapsed">Until its 200.</param>
    /// <param name="Refused">Answers of 503 before.</param>
    /// <param name="Broken">Connections that ended without an answer.</param>
    private sealed record Sent(TimeSpan Elapsed, int Refused, int Broken);
}
