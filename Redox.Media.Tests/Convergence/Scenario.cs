using System.Globalization;
using Newtonsoft.Json.Linq;
using Redox.Media.Core.Documents;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Convergence;

/// <summary>
/// Where one history plays: sources, documents, patients, visits and types that no other has, so that one database serves all.
/// </summary>
internal sealed class Scenario(DateTimeOffset beginning)
{
    private readonly string _name = Guid.NewGuid().ToString("N")[..12];

    public string[] Sources { get; } = [Message.NewSource(), Message.NewSource(), Message.NewSource()];

    public IEnumerable<string> Documents => "ABCDE".Select(letter => Document(letter.ToString()));

    public IEnumerable<string> Visits => Enumerable.Range(0, 2).Select(Visit);

    public IEnumerable<string> Types => Enumerable.Range(0, 2).Select(Type);

    public string Document(string letter) => $"{letter}-{_name}";

    /// <summary>As ID/type. P and R are one ID of two types; P, Q and O are three IDs of one type.</summary>
    public string Patient(char letter) => letter switch
    {
        'P' => $"patient-{_name}/MR",
        'R' => $"patient-{_name}/EPI",
        'S' => $"S-{_name}/EHRID",
        _ => $"{letter}-{_name}/MR",
    };

    public string Visit(int number) => $"visit-{number}-{_name}";

    public string Type(int number) => $"type-{number}-{_name}";

    /// <summary>Half a second between two deliveries, so that arrivals meet the events' own times.</summary>
    public DateTimeOffset Arrival(int place) => beginning.AddMilliseconds(500 * place);

    public JObject ToMessage(HistoryEvent e)
    {
        var (source, id) = (Sources[e.Source], Document(e.Document));
        DateTimeOffset? time = e.OwnTime is { } own ? beginning + own : null;
        var content = $"content {e.Content}";
        var message = e.Kind switch
        {
            "New" => Message.New(source, id, time, content),
            "Replace" => Message.Replace(source, Document(e.Original!), id, time, content),
            _ => Message.Delete(source, id, time),
        };
        message["Patient"]!["Identifiers"] = new JArray(e.Patient.Select(letter => Patient(letter).Split('/'))
            .Select(id => new JObject { ["ID"] = id[0], ["IDType"] = id[1] }));
        message.With("Visit.VisitNumber", Visit(e.Visit)).With("Media.DocumentType", Type(e.Type)).With("Meta.Test", e.Test);
        message.With("Media.Availability", e.Unavailable ? "Unavailable" : "Available");
        if (e.Time == "broken")
        {
            message.With("Meta.EventDateTime", "the day before yesterday");
        }

        return e.Log is null ? message.Without("Meta.Logs") : message.WithLog(e.Log);
    }

    /// <summary>The document that an event is about.</summary>
    public ModelDocument ToModel(HistoryEvent e) => new(Sources[e.Source], Document(e.Document), e.Test);

    /// <param name="delivery">What the archive says of the delivery that brought it.</param>
    public ModelEvent ToModel(HistoryEvent e, DeliveryFacts delivery) => new(
        delivery.Id, Sources[e.Source], e.Kind, Document(e.Document), e.Original is null ? null : Document(e.Original),
        e.OwnTime is { } own ? beginning + own : null, delivery.ReceivedAt, e.Log ?? "", e.Message.ToString(), delivery.Fingerprint,
        e.Test, !e.Unavailable, [.. e.Patient.Select(Patient)], Visit(e.Visit), Type(e.Type), $"content {e.Content}");

    /// <summary>The questions that are asked of every archive, each as a message and as the model takes it.</summary>
    public IEnumerable<ModelQuery> Queries()
    {
        var common = Patient('P').Split('/')[0];
        foreach (var document in Documents)
        {
            yield return new ModelQuery([document]);
        }

        yield return new ModelQuery([.. Documents], Test: true);
        yield return new ModelQuery([.. Documents], Sources: [Sources[1]]);
        yield return new ModelQuery([.. Documents], [Patient('P')]);
        yield return new ModelQuery([.. Documents.Take(3)], [Patient('Q')], Visits: [Visit(0)]);
        yield return new ModelQuery(Patients: [common]);
        yield return new ModelQuery(Patients: [Patient('P')], Sources: [Sources[0], Sources[2]]);
        yield return new ModelQuery(Patients: [Patient('R')], Types: [Type(0)]);
        yield return new ModelQuery(Patients: [Patient('Q'), Patient('R')], Test: true);
        yield return new ModelQuery(Visits: [Visit(1)]);
        yield return new ModelQuery(Visits: [Visit(0)], Types: [Type(1)], Test: true);
        yield return new ModelQuery(Types: [Type(0)]);
        yield return new ModelQuery(Types: [.. Types], Patients: [Patient('Q'), common]);
    }

    public static JObject ToMessage(ModelQuery query)
    {
        var message = Message.Query(query.Documents ?? []).With("Meta.Test", query.Test);
        message["VisitNumbers"] = new JArray(query.Visits ?? []);
        message["DocumentTypes"] = new JArray(query.Types ?? []);
        message["Patients"] = new JArray((query.Patients ?? []).Select(patient => new JObject
        {
            ["Identifiers"] = new JArray(new JObject
            {
                ["ID"] = patient.Split('/')[0],
                ["IDType"] = patient.Contains('/', StringComparison.Ordinal) ? patient.Split('/')[1] : null,
            }),
        }));
        return message;
    }

    public static string Show(ModelQuery query) => string.Create(
        CultureInfo.InvariantCulture,
        $"documents [{Join(query.Documents)}] patients [{Join(query.Patients)}] visits [{Join(query.Visits)}] types "
            + $"[{Join(query.Types)}] test {query.Test} sources [{Join(query.Sources)}]");

    private static string Join(string[]? values) => values is null ? "" : string.Join(' ', values);
}
