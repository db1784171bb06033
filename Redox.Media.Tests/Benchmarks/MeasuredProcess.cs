using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>A server under measurement, in a process of its own, with what the kernel says about it.</summary>
internal sealed class MeasuredProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly HttpClient _http;

    private MeasuredProcess(Process process, Uri address)
    {
        _process = process;
        Address = new IPEndPoint(IPAddress.Loopback, address.Port);
        _http = new HttpClient { BaseAddress = address };
    }

    public IPEndPoint Address { get; }

    public HttpClient Http => _http;

    public TimeSpan StartTime { get; private set; }

    public static async Task<MeasuredProcess> StartAsync(string kind, string connectionString)
    {
        var clock = Stopwatch.StartNew();
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(typeof(MeasuredProcess).Assembly.Location);
        start.ArgumentList.Add("bench-server");
        start.ArgumentList.Add(kind);
        start.ArgumentList.Add(connectionString);
        var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("listening ", StringComparison.Ordinal))
            {
                return new MeasuredProcess(process, new Uri(line["listening ".Length..])) { StartTime = clock.Elapsed };
            }
        }

        throw new InvalidOperationException($"The {kind} server did not start.");
    }

    /// <summary>Processor time of the process so far.</summary>
    public TimeSpan Processor
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
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

    private long ReadStatus(string name)
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(new string([.. line.Where(char.IsAsciiDigit)]), CultureInfo.InvariantCulture) * 1024;
    }
}
