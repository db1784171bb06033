using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Redox.Media.Api.Hosting;
using Redox.Media.Tests.Data.LocalPostgres;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Soak.Support;

/// <summary>The service as it is shipped, in a process of its own on one port, that can be killed and started again.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    public const string EngineToken = "soak-engine-token-00001";
    public const string StaffToken = "soak-staff-token-000001";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly string _connectionString;
    private readonly bool _readsOutput;
    private readonly int? _maxOpenFiles;
    private Process? _process;

    private ServiceProcess(
        string connectionString, IReadOnlyDictionary<string, string> settings, bool readsOutput, int? maxOpenFiles)
    {
        (_readsOutput, _maxOpenFiles) = (readsOutput, maxOpenFiles);
        _connectionString = connectionString;
        _settings = settings;
        Address = new Uri($"http://127.0.0.1:{FreePort()}");
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(5) })
        {
            BaseAddress = Address,
            Timeout = TimeSpan.FromSeconds(100),
        };
    }

    public Uri Address { get; }

    public IPEndPoint EndPoint => new(IPAddress.Loopback, Address.Port);

    /// <summary>For questions of the run's own; senders have connections of theirs.</summary>
    public HttpClient Http { get; }

    public int Id => _process!.Id;

    public bool HasExited => _process!.HasExited;

    /// <summary>Everything the processes wrote to standard output and error.</summary>
    public ConcurrentQueue<string> Output { get; } = new();

    /// <summary>
    /// What the service has logged of faults of its own: EventId 1802 and, at the FHIR API, 1504, and what nobody caught.
    /// </summary>
    public IEnumerable<string> LoggedFaults => Output.Where(line =>
        line.Contains("\"EventId\":1802", StringComparison.Ordinal) || line.Contains("\"EventId\":1504", StringComparison.Ordinal)
            || line.Contains("Unhandled exception", StringComparison.Ordinal))
        .Select(line => line[(line.IndexOf("Message\":\"", StringComparison.Ordinal) + 1)..])
            .Select(line => line[..Math.Min(line.Length, 1500)]);

    /// <summary>Bytes of resident memory at their highest, over all processes so far.</summary>
    public long PeakResident { get; private set; }

    public long Resident => ReadStatus("VmRSS:");

    /// <inheritdoc cref="StartAgainAsync"/>
    /// <param name="readsOutput">False leaves what it writes in the pipe, which is soon full.</param>
    /// <param name="maxOpenFiles">As <c>ulimit -n</c>; null for the limit of this process.</param>
    public static async Task<ServiceProcess> StartAsync(
        string connectionString, IReadOnlyDictionary<string, string>? settings = null, bool readsOutput = true, int? maxOpenFiles = null)
    {
        var service = new ServiceProcess(
            await ServingDatabase.OfAsync(connectionString), settings ?? new Dictionary<string, string>(), readsOutput, maxOpenFiles);
        try
        {
            await service.StartAgainAsync();
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }

        return service;
    }

    /// <summary>Starts the process and ends when it answers.</summary>
    public async Task StartAgainAsync(CancellationToken cancellation = default)
    {
        var process = new Process { StartInfo = StartInfo() };
        process.OutputDataReceived += (_, line) => Output.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => Output.Enqueue(line.Data ?? "");
        process.Start();
        if (_readsOutput)
        {
            process.BeginOutputReadLine();
        }

        process.BeginErrorReadLine();
        _process = process;
        await Eventually.IsTrueAsync("the service answers", IsLiveAsync, StartTimeout, cancellation);
    }

    /// <summary>Runs a command of the program, with the same settings, to its end.</summary>
    public async Task<(int ExitCode, string Output)> RunCommandAsync(params string[] arguments)
    {
        var start = StartInfo();
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, line) => Output.Enqueue(line.Data ?? "");
        process.BeginErrorReadLine();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }

    /// <summary>SIGKILL: no goodbye.</summary>
    public async Task KillAsync()
    {
        ReadPeak();
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>Bytes of resident memory at their highest since the process started or <see cref="ResetPeak"/>.</summary>
    public void ReadPeak() => PeakResident = Math.Max(PeakResident, HasExited ? 0 : ReadStatus("VmHWM:"));

    public void ResetPeak()
    {
        File.WriteAllText($"/proc/{Id}/clear_refs", "5");
        PeakResident = 0;
    }

    /// <summary>200 or 503, as the machine that sends us traffic sees it.</summary>
    public async Task<int> ReadinessAsync(CancellationToken cancellation = default)
    {
        using var response = await Http.GetAsync(new Uri("/health/ready", UriKind.Relative), cancellation);
        return (int)response.StatusCode;
    }

    public static HttpRequestMessage Ask(string path) => new(HttpMethod.Get, path)
    {
        Headers = { Authorization = new AuthenticationHeaderValue("Bearer", StaffToken) },
    };

    public static HttpRequestMessage Post(HttpContent content) => new(HttpMethod.Post, "/")
    {
        Content = content,
        Headers = { { "verification-token", EngineToken } },
    };

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (_process is { HasExited: false })
        {
            await KillAsync();
        }
    }

    private ProcessStartInfo StartInfo()
    {
        var directory = Path.GetDirectoryName(typeof(Redox.Media.Api.Hosting.MediaService).Assembly.Location)!;
        var start = new ProcessStartInfo(_maxOpenFiles is null ? "dotnet" : "prlimit")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(), // as a service unit that says nothing of it: its settings are not there
        };
        if (_maxOpenFiles is { } files)
        {
            start.ArgumentList.Add(string.Create(CultureInfo.InvariantCulture, $"--nofile={files}:{files}"));
            start.ArgumentList.Add("dotnet");
        }

        start.ArgumentList.Add(Path.Combine(directory, "Redox.Media.Api.dll"));
        foreach (var (key, value) in _settings.Concat(Settings()))
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        return start;
    }

    private async Task<bool> IsLiveAsync()
    {
        if (HasExited)
        {
            throw new InvalidOperationException("The service ended: " + string.Join('\n', Output.TakeLast(5)));
        }

        try
        {
            using var response = await Http.GetAsync(new Uri("/health/live", UriKind.Relative));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private Dictionary<string, string> Settings() => new()
    {
        ["ASPNETCORE_ENVIRONMENT"] = "Production",
        ["DOTNET_ENVIRONMENT"] = "Production",
        ["ASPNETCORE_URLS"] = Address.ToString().TrimEnd('/'),
        ["ConnectionStrings__Media"] = _connectionString,
        ["Fhir__BaseUrl"] = Address.ToString(),
        ["Redox__VerificationTokens__0"] = EngineToken,
        ["Query__Rules__0__Requester"] = "*",
        ["Query__Rules__0__VisibleSources__0"] = "*",
        ["Staff__0__Name"] = "soak",
        ["Staff__0__Token"] = StaffToken,
        ["Staff__0__Roles__0"] = "trace",
        ["KeyEncryption__Keys__0"] = RunningService.KeyEncryptionKey,
    };

    private long ReadStatus(string name)
    {
        var line = File.ReadLines($"/proc/{Id}/status").FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(new string([.. line.Where(char.IsAsciiDigit)]), CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>A port of this machine that nobody listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
