using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Redox.Media.Tests.Soak.Support;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>How long the service as it is shipped takes from the start of its process to the first delivery's 200, on a migrated database.</summary>
internal sealed class StartTimes
{
    /// <summary>What the median may come to. The worst of a few says more of the machine's neighbours.</summary>
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    /// <summary>Beside the tests' own folder, both being made by the same build.</summary>
    private static readonly string Service = Path.GetFullPath(
        Path.Combine(AppContext.BaseDirectory, "..", "..", "Redox.Media.Api", "release", "Redox.Media.Api.dll"));

    private readonly TimeSpan[] _sorted;

    private StartTimes(IEnumerable<TimeSpan> times) => _sorted = [.. times.Order()];

    /// <summary>True also when there was no start.</summary>
    public bool IsWithin => _sorted.Length == 0 || Median < Most;

    private TimeSpan Median => _sorted[_sorted.Length / 2];

    /// <summary>For the head of the tables; empty when there was no start.</summary>
    public override string ToString() => _sorted.Length == 0 ? "" : string.Create(
        CultureInfo.InvariantCulture,
        $"start to first delivery {Median.TotalSeconds:0.00} s, at worst {_sorted[^1].TotalSeconds:0.00} s of {_sorted.Length}{(IsWithin ? "" : " TOO LONG")}, ");

    public static async Task<StartTimes> MeasureAsync(string connectionString, int starts)
    {
        var times = new List<TimeSpan>();
        while (times.Count < starts)
        {
            times.Add(await StartAsync(connectionString));
        }

        return new StartTimes(times);
    }

    private static async Task<TimeSpan> StartAsync(string connectionString)
    {
        var address = new IPEndPoint(IPAddress.Loopback, ServiceProcess.FreePort());
        var start = MeasuredProcess.WithoutOutput(Service);
        start.WorkingDirectory = Path.GetDirectoryName(Service);
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["ASPNETCORE_URLS"] = $"http://{address}";
        start.Environment["ConnectionStrings__Media"] = connectionString;
        start.Environment["Redox__VerificationTokens__0"] = BenchServer.Token;

        var load = new LoadGenerator(address);
        var delivery = BenchMessages.New(2_000);
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        try
        {
            await Eventually.IsTrueAsync(
                "the service has taken a delivery",
                () => process.HasExited ? throw new InvalidOperationException($"{Service} has ended.") : IsDeliveredAsync(load, delivery),
                Timeout);
            return clock.Elapsed;
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    private static async Task<bool> IsDeliveredAsync(LoadGenerator load, BenchMessages delivery)
    {
        try
        {
            // It listens before its database is ready, and says 503 until then.
            return (await load.RunAsync(delivery, 1, Timeout, mostRequests: 1)).Failures == 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
