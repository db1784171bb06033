using System.Diagnostics;
using System.Globalization;
using System.Net;
using Npgsql;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>A server under measurement, in a process of its own, with what the kernel says about it.</summary>
internal sealed class MeasuredProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly HttpClient _http;

    private readonly string _database;

    private MeasuredProcess(Process process, Uri address, string connectionString)
    {
        _process = process;
        _database = new NpgsqlConnectionStringBuilder(connectionString).Database!;
        Address = new IPEndPoint(IPAddress.Loopback, address.Port);
        _http = new HttpClient { BaseAddress = address };
    }

    public IPEndPoint Address { get; }

    public HttpClient Http => _http;

    public static async Task<MeasuredProcess> StartAsync(string kind, string connectionString)
    {
        var start = WithoutOutput(typeof(MeasuredProcess).Assembly.Location, "bench-server", kind, connectionString);
        start.RedirectStandardInput = start.RedirectStandardError = true;
        var process = Process.Start(start)!;
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(BenchServer.Listening, StringComparison.Ordinal))
            {
                return new MeasuredProcess(process, new Uri(line[BenchServer.Listening.Length..]), connectionString);
            }

            await Console.Error.WriteLineAsync(line);
        }

        throw new InvalidOperationException($"The {kind} server did not start.");
    }

    /// <summary>
    /// To start a program of .NET whose log goes where it costs nobody anything: a pipe would have to be read, on the processors that are
    /// measured.
    /// </summary>
    public static ProcessStartInfo WithoutOutput(params string[] program) => new("sh", ["-c", "exec dotnet \"$@\" >/dev/null", "sh", .. program]);

    /// <summary>Processor time of the process so far.</summary>
    public TimeSpan Processor
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Processor time so far of each of the database's sessions with it, by its process.</summary>
    public Dictionary<int, TimeSpan> DatabaseProcessor
    {
        get
        {
            var sessions = new Dictionary<int, TimeSpan>();
            foreach (var session in Process.GetProcesses())
            {
                using (session)
                {
                    if (IsOurs(session.Id) && TimeOf(session) is { } time)
                    {
                        sessions[session.Id] = time;
                    }
                }
            }

            return sessions;
        }
    }

    /// <summary>Bytes of resident memory at their highest since <see cref="ResetPeak"/>.</summary>
    public long PeakResident => ReadStatus("VmHWM:");

    public long Resident => ReadStatus("VmRSS:");

    public void ResetPeak() => File.WriteAllText($"/proc/{_process.Id}/clear_refs", "5");

    public async Task<long> AllocatedAsync() =>
        long.Parse(await _http.GetStringAsync(new Uri("/bench/allocated", UriKind.Relative)), CultureInfo.InvariantCulture);

    public Task CollectAsync() => _http.GetStringAsync(new Uri("/bench/collect", UriKind.Relative));

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    // "postgres: media bench_product [local] idle"
    /// <summary>Null when it has just ended.</summary>
    private static TimeSpan? TimeOf(Process session)
    {
        try
        {
            return session.TotalProcessorTime;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private bool IsOurs(int process)
    {
        try
        {
            var title = File.ReadAllText($"/proc/{process}/cmdline");
            return title.StartsWith("postgres: ", StringComparison.Ordinal) && title.Contains($" {_database} ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false; // it has ended
        }
    }

    private long ReadStatus(string name)
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(new string([.. line.Where(char.IsAsciiDigit)]), CultureInfo.InvariantCulture) * 1024;
    }
}
