using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>A server in a process of its own, and what the kernel counts for it. Ends with this process.</summary>
internal sealed class BenchProcess : IAsyncDisposable
{
    /// <summary>The shell forwards signals and ends the server when its standard input ends, also if the bench is killed.</summary>
    private const string Script = """
        dotnet "$@" >>"$BENCH_LOG" 2>&1 </dev/null &
        echo $!
        while read -r signal; do kill -"$signal" $!; done
        kill -KILL $!
        """;

    private const double TicksPerMillisecond = 0.1; // USER_HZ is 100 on every Linux
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly Process _shell;
    private readonly string _log;
    private readonly int _id;

    private BenchProcess(Process shell, string log, Uri address)
    {
        (_shell, _log, Address) = (shell, log, address);
        _id = int.Parse(shell.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address, Timeout = TimeSpan.FromMinutes(3) };
    }

    public Uri Address { get; }

    public HttpClient Http { get; }

    public double CpuMilliseconds => CpuOf(_id).Own;

    /// <summary>Bytes of resident memory.</summary>
    public long Resident => Status("VmRSS:");

    /// <summary>Bytes of resident memory at their highest since the start or <see cref="ResetPeak"/>.</summary>
    public long PeakResident => Status("VmHWM:");

    /// <summary>The service as it is shipped, built in this folder, with its log written to a file.</summary>
    public static Task<BenchProcess> StartServiceAsync(string folder, string connectionString, bool countsAllocations = true) =>
        StartAsync([Path.Combine(folder, "Redox.Media.Api.dll")], connectionString, countsAllocations);

    public static Task<BenchProcess> StartBaselineAsync(string connectionString) =>
        StartAsync([typeof(BenchProcess).Assembly.Location, "bench-baseline"], connectionString, countsAllocations: true);

    /// <summary>
    /// Processor time so far of PostgreSQL's sessions, those that have ended included. Checkpointer, WAL writer and the like are left out:
    /// they work for whatever was measured before.
    /// </summary>
    /// <param name="postmaster">Its process ID.</param>
    public static double SessionsCpuMilliseconds(int postmaster)
    {
        var (own, ended) = CpuOf(postmaster);
        return own + ended + Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => char.IsAsciiDigit(name![0]))
            .Sum(name => SessionCpu(int.Parse(name!, CultureInfo.InvariantCulture), postmaster));
    }

    /// <summary>Processor time so far of the whole machine, and what other guests of its host took from it.</summary>
    public static double MachineCpuMilliseconds()
    {
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int[] busy = [1, 2, 3, 6, 7, 8]; // user nice system, not idle and iowait, irq softirq steal
        return busy.Sum(field => double.Parse(fields[field], CultureInfo.InvariantCulture)) / TicksPerMillisecond;
    }

    /// <summary>Processor time so far of this process and of the load generators that it has waited for.</summary>
    public static double BenchCpuMilliseconds() => CpuOf(Environment.ProcessId) is var (own, ended) ? own + ended : 0;

    public void ResetPeak() => File.WriteAllText($"/proc/{_id}/clear_refs", "5");

    /// <summary>Bytes allocated so far, as <see cref="StartupHook"/> reports them.</summary>
    public async Task<long> AllocatedAsync()
    {
        File.Delete(_log + StartupHook.Suffix);
        await _shell.StandardInput.WriteLineAsync("USR1");
        await _shell.StandardInput.FlushAsync();
        while (!File.Exists(_log + StartupHook.Suffix))
        {
            await Task.Delay(5);
        }

        return long.Parse(await File.ReadAllTextAsync(_log + StartupHook.Suffix), CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync();
        _shell.Dispose();
        File.Delete(_log);
        File.Delete(_log + StartupHook.Suffix);
    }

    private static async Task<BenchProcess> StartAsync(string[] program, string connectionString, bool countsAllocations)
    {
        var log = Path.Combine(Path.GetTempPath(), $"redox-media-bench-{Guid.NewGuid():N}.log");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = new Uri($"http://{listener.LocalEndpoint}");
        listener.Stop();

        var start = new ProcessStartInfo("sh", ["-c", Script, "sh", .. program])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var (name, value) in new[]
        {
            ("BENCH_LOG", log), ("ASPNETCORE_ENVIRONMENT", "Production"), ("ASPNETCORE_URLS", address.OriginalString),
            ("DOTNET_STARTUP_HOOKS", countsAllocations ? typeof(StartupHook).Assembly.Location : ""),
            ("ConnectionStrings__Media", connectionString), ("Redox__VerificationTokens__0", BenchRequest.EngineToken),
            ("Query__Rules__0__Requester", "*"), ("Query__Rules__0__VisibleSources__0", "*"),
            ("KeyEncryption__Keys__0", RunningService.KeyEncryptionKey),
            ("Staff__0__Name", "bench"), ("Staff__0__Token", BenchRequest.StaffToken), ("Staff__0__Roles__0", "trace"),
            ("Console__SecureCookies", "false"),
            ("Clients__0__Id", "bench"), ("Clients__0__Secret", BenchRequest.ClientToken), ("Clients__0__SourceId", "bench"),
            ("Clients__0__Scopes__0", "system/Media.crs"), ("Fhir__MaxRequestsPerSecond", "1000000"),
            ("Fhir__BaseUrl", address.OriginalString),
        })
        {
            start.Environment[name] = value;
        }

        var process = new BenchProcess(Process.Start(start)!, log, address);
        try
        {
            await process.WaitUntilReadyAsync();
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    private async Task WaitUntilReadyAsync()
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < StartTimeout && Directory.Exists($"/proc/{_id}"); await Task.Delay(5))
        {
            try
            {
                using var response = await Http.GetAsync(new Uri("/health/ready", UriKind.Relative));
                if (response.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
            }
        }

        throw new InvalidOperationException($"The server does not start:\n{await File.ReadAllTextAsync(_log)}");
    }

    private static double SessionCpu(int process, int postmaster)
    {
        try
        {
            return CpuOf(process, parent: postmaster).Own is > 0 and var own
                && File.ReadAllText($"/proc/{process}/cmdline").Contains("[local]", StringComparison.Ordinal) ? own : 0;
        }
        catch (IOException)
        {
            return 0; // ended meanwhile
        }
    }

    /// <summary>Processor time in ms of a process and of its children that have ended (proc(5)). 0 if its parent is another.</summary>
    private static (double Own, double EndedChildren) CpuOf(int process, int? parent = null)
    {
        var text = File.ReadAllText($"/proc/{process}/stat");
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' '); // from the third field on
        return parent is { } expected && fields[1] != expected.ToString(CultureInfo.InvariantCulture) ? (0, 0) : (Sum(11, 12), Sum(13, 14));

        double Sum(int user, int system) =>
            new[] { user, system }.Sum(field => long.Parse(fields[field], CultureInfo.InvariantCulture)) / TicksPerMillisecond;
    }

    private long Status(string name)
    {
        var line = File.ReadLines($"/proc/{_id}/status").First(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line.AsSpan(name.Length).Trim().TrimEnd(" kB"), CultureInfo.InvariantCulture) * 1024;
    }
}
