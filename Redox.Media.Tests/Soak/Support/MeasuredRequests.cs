using System.Diagnostics;

namespace Redox.Media.Tests.Soak.Support;

/// <summary>Requests of one kind, one after the other, each with the time to its answer.</summary>
/// <param name="name">For the report.</param>
/// <param name="bound">Longest time to an answer.</param>
/// <param name="http">Sends them.</param>
/// <param name="make">Makes the next one.</param>
internal sealed class MeasuredRequests(string name, TimeSpan bound, HttpClient http, Func<HttpRequestMessage> make)
{
    /// <summary>Between two requests: the load of one caller, not a wait for a condition.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly List<TimeSpan> _times = [];
    private readonly List<string> _faults = [];

    public string Name => name;

    public IReadOnlyList<string> Faults => _faults;

    public string Summary
    {
        get
        {
            var times = _times.Order().ToList();
            return times.Count == 0
                ? "0"
                : $"{times.Count}, {times[times.Count / 2].TotalMilliseconds:0} ms, {times[^1].TotalMilliseconds:0} ms";
        }
    }

    /// <summary>Sends until it is cancelled. The last request is answered.</summary>
    public async Task RunAsync(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            var clock = Stopwatch.StartNew();
            var status = await SendAsync();
            _times.Add(clock.Elapsed);
            if (status is < 200 or > 299)
            {
                _faults.Add($"{name}: answered {status}.");
            }
            else if (clock.Elapsed > bound)
            {
                _faults.Add($"{name}: answered later than after {SoakReport.Seconds(bound)}.");
            }

            await Task.Delay(Pause, CancellationToken.None);
        }

        if (_times.Count == 0)
        {
            _faults.Add($"{name}: no request was sent.");
        }
    }

    private async Task<int> SendAsync()
    {
        try
        {
            using var request = make();
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, CancellationToken.None);
            return (int)response.StatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return 0;
        }
    }
}
