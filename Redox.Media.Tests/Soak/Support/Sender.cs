using System.Diagnostics;
using Newtonsoft.Json.Linq;
using Redox.Media.Core.Deliveries;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Soak.Support;

/// <summary>
/// A subscription of Redox's: sends its events first in, first out, each again and again until it is answered 200. Redox waits longer
/// between its tries; what matters here is that it never gives up and never goes on without a 200.
/// </summary>
internal sealed class Sender(Uri address, Ledger ledger, Workload workload)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    /// <summary>Far above what any answer may take: who waits longer has found a hang.</summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(75);

    private static readonly HashSet<string> Applied = new(StringComparer.Ordinal)
    {
        "created", "revised", "unchanged", "revived", "stale", "replaced", "replaced-unknown", "replaced-stale", "deleted",
        "deleted-unknown", "duplicate",
    };

    /// <summary>Begins no event after <paramref name="enough"/>, and ends when the last one is acknowledged.</summary>
    public async Task RunAsync(CancellationToken enough, CancellationToken giveUp)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 1 })
        {
            BaseAddress = address,
            Timeout = AnswerTimeout,
        };
        while (!enough.IsCancellationRequested)
        {
            var e = workload.Next();
            ledger.Begin(e);
            var pause = FirstPause;
            while (!await TryAsync(http, e, giveUp))
            {
                await Task.Delay(pause, giveUp);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    /// <summary>One try; true when it was answered 200.</summary>
    public async Task<bool> TryAsync(HttpClient http, SentEvent e, CancellationToken giveUp)
    {
        ledger.Try();
        var clock = Stopwatch.StartNew();
        try
        {
            using var response = await http.SendAsync(ServiceProcess.Post(e.ToBody()), giveUp);
            var status = (int)response.StatusCode;
            var text = await response.Content.ReadAsStringAsync(giveUp);
            ledger.Answer(status, clock.Elapsed);
            if (status == 200)
            {
                Acknowledge(e, JObject.Parse(text));
                return true;
            }

            if (status is not (503 or 429))
            {
                ledger.Fault($"A valid {e.Kind} of log {e.LogId} was answered {status}: {text}");
            }
            else if (response.Headers.RetryAfter is null)
            {
                ledger.Fault($"A {status} without Retry-After: {text}");
            }
        }
        catch (OperationCanceledException) when (!giveUp.IsCancellationRequested)
        {
            ledger.Fault($"No answer within {AnswerTimeout.TotalSeconds:0} s to log {e.LogId}.");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            ledger.Break();
        }

        return false;
    }

    private void Acknowledge(SentEvent e, JObject answer)
    {
        var outcome = (string?)answer["Outcome"] ?? "";
        ledger.Acknowledge(e, (Guid)answer["DeliveryID"]!, outcome);
        if (!Applied.Contains(outcome))
        {
            ledger.Fault($"A valid {e.Kind} of log {e.LogId} became '{outcome}': {answer}");
        }
    }
}
