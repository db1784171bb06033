using System.Diagnostics;
using System.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Soak.Support;

/// <summary>
/// A partner that asks for documents all the time: an answer that looks whole must hold files that somebody sent, bit for bit.
/// </summary>
internal sealed class Reader(Uri address, Ledger ledger, int seed)
{
    private readonly Random _random = new(seed);
    private int _ended;

    /// <summary>Milliseconds to each whole answer.</summary>
    public List<double> Latencies { get; } = [];

    /// <summary>Queries that were told to come back.</summary>
    public int Refused { get; private set; }

    /// <summary>Queries that had their answer, whole or a refusal; may be read while the reader runs.</summary>
    public int Ended => Volatile.Read(ref _ended);

    public async Task RunAsync(CancellationToken enough)
    {
        using var http =
            new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address, Timeout = Sender.AnswerTimeout };
        while (!enough.IsCancellationRequested)
        {
            if (ledger.AnySource(_random) is not { } source)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), CancellationToken.None);
                continue;
            }

            try
            {
                await AskAsync(http, source, $"D-{source[..8]}-{_random.Next(12)}");
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), CancellationToken.None); // it broke off, and was seen to
            }
            catch (OperationCanceledException)
            {
                ledger.Fault("A query got no answer.");
            }
        }
    }

    private async Task AskAsync(HttpClient http, string source, string document)
    {
        var clock = Stopwatch.StartNew();
        var (status, answer, comeBack) = await QueryAsync(http, document);
        ledger.Answer(status, clock.Elapsed);
        Interlocked.Increment(ref _ended);
        if (status == 200)
        {
            Latencies.Add(clock.Elapsed.TotalMilliseconds);
            foreach (var item in answer!["Media"]!)
            {
                var hash = SentEvent.Hash(Convert.FromBase64String((string)item["FileContents"]!));
                if (!ledger.WasSent(source, hash))
                {
                    ledger.Fault($"A query for {document} showed a file that nobody sent.");
                }
            }
        }
        else if (status is not (503 or 429) || !comeBack)
        {
            ledger.Fault($"A query was answered {status}, {(comeBack ? "with" : "without")} Retry-After.");
        }
        else
        {
            Refused++;
        }
    }

    /// <summary>The QueryResponse for a document; no JSON unless the status is 200.</summary>
    public static async Task<(int Status, JObject? Answer, bool ComeBack)> QueryAsync(HttpClient http, string document)
    {
        var query = new JObject
        {
            ["Meta"] =
                new JObject { ["DataModel"] = "Media", ["EventType"] = "Query",
                ["Logs"] = new JArray(new JObject { ["ID"] = Guid.NewGuid().ToString() }) },
            ["DocumentIDs"] = new JArray(document),
        };
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(query.ToString(Formatting.None)));
        using var response = await http.SendAsync(ServiceProcess.Post(content), HttpCompletionOption.ResponseContentRead);
        if ((int)response.StatusCode != 200)
        {
            return ((int)response.StatusCode, null, response.Headers.RetryAfter is not null);
        }

        using var reader =
            new JsonTextReader(new StringReader(await response.Content.ReadAsStringAsync())) { DateParseHandling = DateParseHandling.None };
        return (200, await JObject.LoadAsync(reader), false);
    }
}
