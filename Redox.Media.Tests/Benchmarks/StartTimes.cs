using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>How long the service as it is shipped takes from the start of its process to the first delivery's 200, on a migrated database.</summary>
internal static class StartTimes
{
    /// <summary>What the median may come to. The worst of a few says more of the machine's neighbours.</summary>
    public static readonly TimeSpan Most = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(5);

    /// <summary>Beside the tests' own folder, both being made by the same build.</summary>
    private static readonly string Service = Path.GetFullPath(
        Path.Combine(AppContext.BaseDirectory, "..", "..", "Redox.Media.Api", "release", "Redox.Media.Api.dll"));

    /// <returns>The shortest first.</returns>
    public static async Task<TimeSpan[]> MeasureAsync(string connectionString, int starts)
    {
        var times = new List<TimeSpan>();
        while (times.Count < starts)
        {
            times.Add(await MeasureAsync(connectionString));
        }

        return [.. times.Order()];
    }

    private static async Task<TimeSpan> MeasureAsync(string connectionString)
    {
        var address = FreeAddress();
        var start = new ProcessStartInfo("sh") { WorkingDirectory = Path.GetDirectoryName(Service) };
        foreach (var argument in new[] { "-c", "exec \"$@\" >/dev/null", "sh", "dotnet", Service })
        {
            start.ArgumentList.Add(argument);
        }

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
            while (!await IsDeliveredAsync(load, delivery))
            {
                if (process.HasExited || clock.Elapsed > Patience)
                {
                    throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{Service} took no delivery in {clock.Elapsed.TotalSeconds:0} s."));
                }

                await Task.Delay(AskEvery);
            }

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
            return (await load.RunAsync(delivery, 1, Patience, mostRequests: 1)).Failures == 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static IPEndPoint FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return (IPEndPoint)listener.LocalEndpoint;
    }
}
