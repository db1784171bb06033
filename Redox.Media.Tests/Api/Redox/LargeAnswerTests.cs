using System.Net.Http.Headers;
using System.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using NUnit.Framework;
using Redox.Media.Tests.Api.Fhir;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Redox;

/// <summary>How a partner gets everything that an incomplete answer leaves out (docs/partner-apps.md).</summary>
[TestFixture, Category("Database")]
public sealed class LargeAnswerTests
{
    private const int MaxContentBytes = 500_000, MaxDocuments = 16;

    private FhirService _fhir = null!;

    [OneTimeSetUp]
    public async Task Start() => _fhir = await FhirService.StartAsync(
        ("Query:MaxContentBytes", MaxContentBytes.ToString()), ("Query:MaxDocuments", MaxDocuments.ToString()),
        ("Clients:0:Scopes:0", "system/Media.cruds"));

    [OneTimeTearDown]
    public async Task Stop() => await _fhir.DisposeAsync();

    [Test]
    public async Task Files_of_every_size_are_had_in_the_answer_or_by_DocumentID_or_by_FHIR()
    {
        var patient = FhirService.NewPatient();
        int[] lengths = [0, 5, 200_000, 270_000, 400_000, MaxContentBytes, MaxContentBytes + 1, 3_000_000];
        var files = lengths.ToDictionary(_ => Message.NewDocumentId(), Bytes);
        foreach (var (id, file) in files)
        {
            var message = Message.New(_fhir.Source, id, patient: patient);
            message["Media"]!["FileContents"] = Convert.ToBase64String(file);
            Assert.That((await PostAsync(message)).Outcome, Is.EqualTo("created"));
        }

        Dictionary<string, string> ways = [];
        var answer = await PostAsync(OfPatient(patient));
        Assert.That((bool?)answer.Json["Meta"]!["IsIncomplete"], Is.True);
        foreach (var media in answer.Json["Media"]!)
        {
            var id = (string)media["DocumentID"]!;
            var (content, way) = await ContentAsync(media, id);
            ByteAssert.AreEqual(content, files[id], $"{files[id].Length} bytes, {way}");
            ways[id] = way;
        }

        Assert.That(ways.Keys, Is.EquivalentTo(files.Keys));
        Assert.That(ways.Values.Distinct(), Is.EquivalentTo(new[] { "inline", "by DocumentID", "by FHIR" }));
        Assert.That(
            files.Where(file => ways[file.Key] == "by FHIR").Select(file => file.Value.Length), Is.All.GreaterThan(MaxContentBytes));
    }

    [TestCase(MaxDocuments, false)]
    [TestCase(MaxDocuments + 4, true)]
    public async Task An_answer_has_a_bounded_number_of_documents_and_says_when_there_are_more(int documents, bool isIncomplete)
    {
        var patient = FhirService.NewPatient();
        var begun = TimeProvider.System.GetUtcNow().AddHours(-1);
        for (var i = 0; i < documents; i++)
        {
            var message = Message.New(_fhir.Source, $"{patient}-{i:00}", begun.AddMinutes(i), patient: patient);
            await PostAsync(message.With("Media.DocumentType", "Type " + i));
        }

        var answer = await PostAsync(OfPatient(patient));

        Assert.That((bool?)answer.Json["Meta"]!["IsIncomplete"] == true, Is.EqualTo(isIncomplete));
        Assert.That(
            answer.Json["Media"]!.Select(media => (string)media["DocumentID"]!),
            Is.EqualTo(Enumerable.Range(0, documents).Reverse().Take(MaxDocuments).Select(i => $"{patient}-{i:00}")), "the newest");
        var log = (string)answer.Json["Meta"]!["Logs"]!.Single()["ID"]!;
        Assert.That((int?)(await _fhir.Service.AskSupportAsync("/support/api/deliveries/" + log)).Json["documentsFound"],
            Is.EqualTo(documents));
        var narrower = await PostAsync(OfPatient(patient).With("DocumentTypes", new JArray("Type 0", "Type 1")));
        Assert.That(narrower.Json["Media"]!.Count(), Is.EqualTo(2), "narrower criteria find the others");
        Assert.That(narrower.Json["Meta"]!["IsIncomplete"], Is.Null);
    }

    private static byte[] Bytes(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7 % 251))];

    private static JObject OfPatient(string patient)
    {
        var query = Message.Query().Without("Meta.Source").Without("Meta.Logs").Without("DocumentIDs");
        query["Patients"] = new JArray(new JObject
        {
            ["Identifiers"] = new JArray(new JObject { ["ID"] = patient, ["IDType"] = "MR" }),
        });
        return query;
    }

    /// <summary>As the documentation says: what the answer has, else a query for the document alone, else the FHIR API.</summary>
    private async Task<(byte[] Content, string Way)> ContentAsync(JToken media, string id)
    {
        if ((string?)media["FileContents"] is { } inline)
        {
            return (Convert.FromBase64String(inline), "inline");
        }

        var alone = await PostAsync(Message.Query(id).Without("Meta.Source"));
        if ((string?)alone.Json["Media"]!.Single()["FileContents"] is { } own)
        {
            return (Convert.FromBase64String(own), "by DocumentID");
        }

        Assert.That((bool?)alone.Json["Meta"]!["IsIncomplete"], Is.True);
        var found = await _fhir.GetAsync("/Media?identifier=" + id);
        var url = (string)found.Json["entry"]!.Single()["resource"]!["content"]!["url"]!;
        return ((await _fhir.GetAsync(url)).Body, "by FHIR");
    }

    private Task<Answer> PostAsync(JObject message) => _fhir.Service.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/query")
    {
        Content = new StringContent(message.ToString(Formatting.None), Encoding.UTF8, "application/json"),
        Headers = { Authorization = new AuthenticationHeaderValue("Bearer", FhirService.Token) },
    });
}
