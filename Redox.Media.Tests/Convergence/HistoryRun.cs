using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Newtonsoft.Json.Linq;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Convergence;

/// <summary>The archive is not what the model says.</summary>
internal sealed class HistoryMismatchException(IEnumerable<string> differences) : Exception(string.Join('\n', differences));

/// <summary>Delivers a history and compares what the archive has become with the model.</summary>
internal sealed class HistoryRun(
    IDriver driver, ArchiveView archive, IServiceProvider services, History history, DateTimeOffset beginning)
{
    private readonly Scenario _scene = new(beginning);
    private readonly List<string> _differences = [];
    private readonly ReferenceRegister _model = new();
    private readonly IDocumentStore _traces = services.GetRequiredService<IDocumentStore>();
    private readonly MisfiledDocuments _misfiled = services.GetRequiredService<MisfiledDocuments>();

    /// <exception cref="HistoryMismatchException">With every difference that was found.</exception>
    public async Task CheckAsync()
    {
        var receipt = new Receipt[history.Deliveries.Count];
        await Task.WhenAll(Enumerable.Range(0, receipt.Length).GroupBy(i => history.Deliveries[i].Connection)
            .Select(connection => Task.Run(async () =>
        {
            foreach (var i in connection)
            {
                receipt[i] = history.Deliveries[i].IsCorrection
                    ? new Receipt(Guid.Empty, await CorrectAsync(history.Deliveries[i]))
                    : await driver.DeliverAsync(_scene.ToMessage(history.Deliveries[i]), _scene.Arrival(i), connection.Key);
            }
        })));

        var sent = Enumerable.Range(0, receipt.Length).Where(i => !history.Deliveries[i].IsCorrection).ToList();
        var rows = await archive.DeliveriesAsync(sent.Select(i => receipt[i].Delivery));
        foreach (var i in sent)
        {
            Compare($"row of delivery {i}", receipt[i].Outcome, rows.GetValueOrDefault(receipt[i].Delivery)?.Outcome ?? "none");
        }

        StopIfDifferent();
        var deliveries =
            sent.Select(i => (Event: _scene.ToModel(history.Deliveries[i], rows[receipt[i].Delivery]), Row: rows[receipt[i].Delivery]))
                .ToList();
        CheckAppliedOnce(deliveries);
        StopIfDifferent();
        var applied = deliveries.Where(d => d.Row.IsApplied).ToList();
        Feed(deliveries, applied, [.. receipt.Select(one => one.Outcome)]);
        await CompareDocumentsAsync();
        await Task.WhenAll(
            [.. _model.Documents.Select(document => CompareTraceAsync(document, applied)), .. _scene.Queries()
            .Select(CompareAnswerAsync)]);
        StopIfDifferent();
    }

    /// <summary>Hides a document or shows it again, as it is at the moment; says what has changed.</summary>
    private async Task<string> CorrectAsync(HistoryEvent e)
    {
        var (source, id, test) = _scene.ToModel(e);
        while (await _traces.FindDocumentAsync(DocumentKey.Of(source, id, test), CancellationToken.None) is { } seen)
        {
            var request = new CorrectionRequest
            {
                Source = source, DocumentId = id, Test = test, Version = seen.Version, Staff = new Caller.Staff("tests"), Reason = "test",
            };
            var result = await (e.Kind == "Hide"
                ? _misfiled.HideAsync(request, CancellationToken.None) : _misfiled.UnhideAsync(request, CancellationToken.None));
            if (result is not CorrectionResult.Changed)
            {
                return result is CorrectionResult.AlreadySo ? "none" : e.Kind == "Hide" ? "hidden" : "shown";
            }
        }

        return "none";
    }

    private void CheckAppliedOnce(List<(ModelEvent Event, DeliveryFacts Row)> deliveries)
    {
        var compared = deliveries.Where(d => d.Row.Outcome != "set-aside").ToList();
        foreach (var same in compared.Where(d => d.Event.Identity is not null).GroupBy(d => d.Event.Identity))
        {
            Compare($"applied deliveries of {same.Key}", "1", same.Count(d => d.Row.IsApplied).ToString(CultureInfo.InvariantCulture));
            Compare($"deliveries of {same.Key} that are no duplicates", "1", same.Count(d => d.Row.Outcome != "duplicate")
                .ToString(CultureInfo.InvariantCulture));
        }

        foreach (var print in compared.GroupBy(d => d.Event.Fingerprint))
        {
            Compare("messages of one fingerprint", "1", print.Select(d => d.Event.Message).Distinct().Count()
                .ToString(CultureInfo.InvariantCulture));
        }

        foreach (var message in compared.GroupBy(d => d.Event.Message))
        {
            Compare("fingerprints of one message", "1", message.Select(d => d.Event.Fingerprint).Distinct().Count()
                .ToString(CultureInfo.InvariantCulture));
        }
    }

    // With one connection the order of arrival is known, and so are the outcomes. With several it is not, and must not matter: the
    // model takes them backwards.
    private void Feed(
        List<(ModelEvent Event, DeliveryFacts Row)> deliveries, List<(ModelEvent Event, DeliveryFacts Row)> applied,
        string[] outcomes)
    {
        if (history.Deliveries.All(e => e.Connection == history.Deliveries[0].Connection))
        {
            var next = 0;
            for (var i = 0; i < outcomes.Length; i++)
            {
                var e = history.Deliveries[i];
                var expected = e.IsCorrection
                    ? _model.Correct(_scene.ToModel(e), e.Kind == "Hide") : _model.Apply(deliveries[next++].Event);
                Compare($"outcome of delivery {i}", expected, outcomes[i]);
            }
        }
        else
        {
            foreach (var (e, _) in Enumerable.Reverse(applied))
            {
                _model.Apply(e, checksPatient: false);
            }

            for (var i = 0; i < outcomes.Length; i++)
            {
                if (history.Deliveries[i].IsCorrection && outcomes[i] != "none")
                {
                    _model.Correct(_scene.ToModel(history.Deliveries[i]), outcomes[i] == "hidden");
                }
            }
        }
    }

    private async Task CompareDocumentsAsync()
    {
        var found = await archive.DocumentsAsync(_scene.Sources, _scene.Documents);
        Compare("documents", Lines(_model.Documents), Lines(found.Keys));
        foreach (var document in _model.Documents)
        {
            var winner = _model.Winner(document)!;
            var state = ReferenceRegister.State(document.Id, winner);
            var expected =
                string.Create(
                CultureInfo.InvariantCulture,
                $"{state} {winner.Time.UtcDateTime:HH:mm:ss.ffffff} {winner.Fingerprint} {(state == "superseded" ? winner.Document : "")}");
            Compare($"row of document {document}", expected, found.GetValueOrDefault(document, "none"));
        }
    }

    private async Task CompareTraceAsync(ModelDocument document, List<(ModelEvent Event, DeliveryFacts Row)> applied)
    {
        var (source, id, isTest) = document;
        var winner = _model.Winner(document)!;
        var trace = await _traces.FindDocumentAsync(DocumentKey.Of(source, id, isTest), CancellationToken.None);
        Compare(
            $"trace of {document}",
            $"{ReferenceRegister.State(id, winner)} {(winner.Document == id ? "" : winner.Document)} {winner.Time:O} "
                + $"{_model.IsHidden(document)}",
            $"{trace?.State} {trace?.SupersededBy} {trace?.EventTime:O} {trace?.Hidden}");
        var expected = applied
            .Where(d => d.Row.Outcome != "unchanged" && d.Event.Source == source && d.Event.Test == isTest)
            .Where(d => d.Event.Document == id || d.Event.Original == id)
            .Select(d => d.Event).Order(Comparer<ModelEvent>.Create(ModelEvent.Compare)).ThenBy(e => e.Delivery.ToString());
        Compare(
            $"history of {document}",
            Lines(expected.Select(e => $"{e.Delivery} {ReferenceRegister.State(id, e)} {e.Time:O} {e.LogId}")),
            Lines(trace?.Versions.Select(v => $"{v.DeliveryId} {v.State} {v.EventTime:O} {v.LogId}") ?? []));
        var standing = trace?.Versions.Where(v => v.IsCurrent)
            .Select(v => applied.Single(d => d.Event.Delivery == v.DeliveryId.Value).Event).ToList() ?? [];
        Compare($"what stands of {document}", $"{winner.Message} test {winner.Test}",
            string.Join(" and ", standing.Select(e => $"{e.Message} test {e.Test}")));
    }

    private async Task CompareAnswerAsync(ModelQuery query)
    {
        if (await driver.AskAsync(Scenario.ToMessage(query), query.Sources) is { } answer)
        {
            var expected = _model.Find(query)
                .Select(e => $"{e.Document} '{e.Content}' of {string.Join(' ', e.Patients)}, {e.Visit}, {e.Type}");
            Compare($"answer to {Scenario.Show(query)}", Lines(expected), Lines(answer["Media"]!.Select(Show)));
        }
    }

    private static string Show(JToken item)
    {
        var content = System.Text.Encoding.UTF8.GetString(Convert.FromBase64String((string?)item["FileContents"] ?? ""));
        var patients = item["Patient"]!["Identifiers"]!.Select(identifier => $"{identifier["ID"]}/{identifier["IDType"]}");
        return $"{item["DocumentID"]} '{content}' of {string.Join(' ', patients)}, {item["Visit"]?["VisitNumber"]}, {item["DocumentType"]}";
    }

    private static string Lines<T>(IEnumerable<T> values) =>
        typeof(T) == typeof(string)
            ? string.Concat(values.Select(v => $"\n    {v}"))
            : string.Concat(values.Select(v => $"\n    {v}").Order(StringComparer.Ordinal));

    private void Compare(string what, string expected, string actual)
    {
        if (expected != actual)
        {
            lock (_differences)
            {
                _differences.Add($"{what}\n  expected: {expected}\n  but was:  {actual}");
            }
        }
    }

    private void StopIfDifferent()
    {
        if (_differences.Count > 0)
        {
            throw new HistoryMismatchException(_differences);
        }
    }
}
