using System.Globalization;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Redox.Media.Core.Deliveries;
using Redox.Media.Tests.Convergence;
using Redox.Media.Tests.Data.LocalPostgres;

namespace Redox.Media.Tests.Soak.Support;

/// <summary>What the comparison of the ledger with the archive found wrong.</summary>
internal sealed record CheckResult(int Lost, int Doubled, int Wrong)
{
    public bool IsClean => Lost + Doubled + Wrong == 0;
}

/// <summary>
/// Asks the service, as Redox and support staff do, for everything that it has acknowledged: each delivery applied once, each version
/// with the bytes that were sent, each document as the reference register has it.
/// </summary>
internal sealed class ArchiveChecker(ServiceProcess service, Ledger ledger)
{
    private readonly ReferenceRegister _register = new();
    private int _lost;
    private int _doubled;
    private int _wrong;

    public async Task<CheckResult> CheckAsync()
    {
        var documents = new HashSet<(string Source, string Id)>();
        foreach (var (e, _, _) in ledger.Acknowledgements)
        {
            _register.Apply(Model(e));
            documents.Add((e.Source, e.Document));
            if (e.Original is not null)
            {
                documents.Add((e.Source, e.Original));
            }
        }

        foreach (var acknowledged in ledger.Acknowledgements)
        {
            await CheckDeliveryAsync(acknowledged);
        }

        var events = ledger.Acknowledgements.ToLookup(acknowledged => (acknowledged.Event.Source, acknowledged.Event.Document));
        foreach (var document in documents)
        {
            await CheckVersionsAsync(document, [.. events[document].Select(acknowledged => acknowledged.Event)]);
            await CheckContentAsync(document);
        }

        return new CheckResult(_lost, _doubled, _wrong);
    }

    private static ModelEvent Model(SentEvent e) => new(
        Guid.Empty, e.Source, e.Kind, e.Document, e.Original, e.Time, e.Time, e.LogId, e.LogId, "", Test: false, Available: true, [], "",
            "", e.ContentHash);

    private async Task CheckDeliveryAsync(Acknowledged acknowledged)
    {
        var trace = await AskAsync("/support/api/deliveries/" + acknowledged.Event.LogId);
        if (trace is null)
        {
            Lost($"Log {acknowledged.Event.LogId} was acknowledged and is not there.");
            return;
        }

        var all = trace["otherAttempts"]!.Cast<JObject>().Prepend(trace).ToList();
        var applied = all.Count(delivery => (string)delivery["outcome"]! != "duplicate");
        if (applied != 1)
        {
            Add(ref _doubled,
                $"Log {acknowledged.Event.LogId} was applied {applied} times: {string.Join(", ", all.Select(one => one["outcome"]))}.");
        }

        if (all.All(delivery => (Guid)delivery["deliveryId"]! != acknowledged.Delivery))
        {
            Lost($"Delivery {acknowledged.Delivery} of log {acknowledged.Event.LogId} was acknowledged and is not there.");
        }
    }

    private async Task CheckVersionsAsync((string Source, string Id) document, IReadOnlyList<SentEvent> events)
    {
        var trace = await AskAsync($"/support/api/documents/{document.Source}/{document.Id}");
        if (trace is null)
        {
            Lost($"Document {document.Id} is not there.");
            return;
        }

        var versions = trace["versions"]!.ToLookup(version => (string?)version["logId"]);
        foreach (var e in events)
        {
            var made = versions[e.LogId].ToList();
            if (made.Count != 1)
            {
                Add(ref made.Count == 0 ? ref _lost : ref _doubled, $"Log {e.LogId} made {made.Count} versions of {e.Document}.");
            }
            else if (!string.Equals((string?)made[0]["contentSha256"] ?? "", e.ContentHash, StringComparison.OrdinalIgnoreCase))
            {
                Add(ref _wrong, $"The version of log {e.LogId} has another file than was sent.");
            }
        }

        var winner = _register.Winner(new ModelDocument(document.Source, document.Id))!;
        var state = ReferenceRegister.State(document.Id, winner);
        var time = winner.Time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff", CultureInfo.InvariantCulture);
        var itsTime = ((DateTimeOffset)trace["eventTime"]!).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff", CultureInfo.InvariantCulture);
        if ((string)trace["state"]! != state || itsTime != time)
        {
            Add(ref _wrong, $"{document.Id} is {trace["state"]} since {itsTime} and should be {state} since {time}.");
        }
    }

    private async Task CheckContentAsync((string Source, string Id) document)
    {
        var expected = _register.Resolve(new ModelDocument(document.Source, document.Id))?.Content;
        var (status, answer, _) = await Reader.QueryAsync(service.Http, document.Id);
        var found = answer?["Media"]!.Select(item => SentEvent.Hash(Convert.FromBase64String((string)item["FileContents"]!))).ToList()
            ?? [];
        if (status != 200 || !found.SequenceEqual(expected is null ? [] : [expected]))
        {
            Add(ref _wrong,
                $"A query for {document.Id} was answered {status} with {found.Count} files that are not the one that should be there.");
        }
    }

    private async Task<JObject?> AskAsync(string path)
    {
        using var response = await service.Http.SendAsync(ServiceProcess.Ask(path));
        if (!response.IsSuccessStatusCode)
        {
            if (response.StatusCode != System.Net.HttpStatusCode.NotFound)
            {
                Add(ref _wrong, $"{path} was answered {(int)response.StatusCode}.");
            }

            return null;
        }

        using var reader =
            new JsonTextReader(
            new StringReader(await response.Content.ReadAsStringAsync())) { DateParseHandling = DateParseHandling.DateTimeOffset };
        return await JObject.LoadAsync(reader);
    }

    private void Lost(string what) => Add(ref _lost, what);

    private void Add(ref int count, string what)
    {
        count++;
        ledger.Fault(what);
    }
}
