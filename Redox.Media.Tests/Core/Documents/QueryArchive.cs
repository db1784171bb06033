using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Core.Documents;

/// <summary>A few documents whose patients, visits and types are nobody else's.</summary>
internal sealed class QueryArchive(RunningService service)
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly string _mark = Guid.NewGuid().ToString("N");
    private readonly string _source = Message.NewSource();
    private readonly List<JObject> _messages = [];

    public RunningService Service => service;

    public static async Task<QueryArchive> MakeAsync() => new(await SharedService.GetAsync());

    public string Add(string patient, string visit, string type)
    {
        var id = Message.NewDocumentId();
        _messages.Add(Message.New(_source, id, Noon, patient: _mark + patient).With("Visit.VisitNumber", _mark + visit)
            .With("Media.DocumentType", _mark + type));
        return id;
    }

    public async Task StoreAsync()
    {
        foreach (var message in _messages)
        {
            await service.ApplyAsync(message);
        }
    }

    public JObject Query(string[]? patients = null, string[]? visits = null, string[]? types = null, string[]? documents = null)
    {
        var query = Message.Query().Without("DocumentIDs");
        Set("Patients",
            patients?.Select(id => new JObject { ["Identifiers"] = new JArray(new JObject { ["ID"] = _mark + id, ["IDType"] = "MR" }) }));
        Set("VisitNumbers", visits?.Select(text => (JToken)(_mark + text)));
        Set("DocumentTypes", types?.Select(text => (JToken)(_mark + text)));
        Set("DocumentIDs", documents?.Select(text => (JToken)text));
        return query;

        void Set(string name, IEnumerable<JToken>? values)
        {
            if (values is not null)
            {
                query[name] = new JArray(values);
            }
        }
    }

    public async Task AssertFindsAsync(
        string[] expected, string[]? patients = null, string[]? visits = null, string[]? types = null, string[]? documents = null) =>
        Assert.That(await service.FindIdsAsync(Query(patients, visits, types, documents)), Is.EquivalentTo(expected));

    public async Task AssertFindsByAsync(string[] expected, params (string Id, string? Type)[] identifiers)
    {
        var query = Query().With("Patients", new JArray(new JObject
        {
            ["Identifiers"] = new JArray(identifiers.Select(i => new JObject { ["ID"] = _mark + i.Id, ["IDType"] = i.Type })),
        }));
        Assert.That(await service.FindIdsAsync(query), Is.EquivalentTo(expected));
    }
}
