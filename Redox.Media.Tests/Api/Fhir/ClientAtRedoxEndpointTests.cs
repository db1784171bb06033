using System.Text;
using NUnit.Framework;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Redox.Media.Core.Deliveries;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>A client that posts Redox events itself: its mistakes are rejected at once, and it is limited to its own source.</summary>
[TestFixture]
public sealed class ClientAtRedoxEndpointTests : FhirFixture
{
    protected override (string Key, string? Value)[] Settings =>
    [
        ("Clients:2:Id", "reader"), ("Clients:2:Secret", "test-reader-00000001"), ("Clients:2:SourceId", "reader"),
        ("Clients:2:Scopes:0", "system/Media.read"),
    ];

    [Test]
    public async Task A_client_may_send_and_query_its_own_documents()
    {
        var documentId = Message.NewDocumentId();

        Assert.That((await PostAsync(Message.New(Fhir.Source, documentId))).Json["Outcome"]!.ToString(), Is.EqualTo("created"));
        Assert.That((await PostAsync(Message.Query(documentId))).Json["Media"]!.Count(), Is.EqualTo(1));
        Assert.That((int)(await Fhir.GetAsync("/Media?identifier=" + documentId)).Json["total"]!, Is.EqualTo(1));
    }

    [Test]
    public async Task An_invalid_message_of_a_client_is_rejected_where_the_engines_is_set_aside()
    {
        var message = Message.New(Fhir.Source, Message.NewDocumentId()).Without("Media.FileType");

        Assert.That((await PostAsync(message)).Status, Is.EqualTo(400));
        Assert.That((await Fhir.Service.DeliverAsync(message)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Another_source_is_forbidden_and_the_document_stays_as_it_was()
    {
        var documentId = Message.NewDocumentId();
        await Fhir.Service.DeliverAsync(Message.New(Fhir.HospitalSource, documentId));

        var answer = await PostAsync(Message.New(Fhir.HospitalSource, documentId, content: "forged"));

        Assert.That(answer.Status, Is.EqualTo(403), answer.Text);
        Assert.That((string?)answer.Json["Outcome"], Is.EqualTo("forbidden"));
        var media = (await Fhir.Service.DeliverAsync(Message.Query(documentId))).Json["Media"]!.Single();
        Assert.That((string?)media["FileContents"], Is.EqualTo(Convert.ToBase64String("first content"u8)));
    }

    [Test]
    public async Task A_query_sees_its_sources_and_no_other()
    {
        var (seen, unseen) = (Message.NewDocumentId(), Message.NewDocumentId());
        await Fhir.Service.DeliverAsync(Message.New(Fhir.HospitalSource, seen));
        await Fhir.Service.DeliverAsync(Message.New(Message.NewSource(), unseen));

        var answer = await PostAsync(Message.Query(seen, unseen));

        Assert.That(answer.Json["Media"]!.Single()["DocumentID"]!.ToString(), Is.EqualTo(seen));
    }

    [Test]
    public async Task A_client_with_read_scope_may_not_send_events()
    {
        Assert.That((await PostAsync(Message.New("reader", Message.NewDocumentId()), "test-reader-00000001")).Status, Is.EqualTo(403));
        Assert.That((await PostAsync(Message.Query("x"), "test-reader-00000001")).Status, Is.EqualTo(200));
    }

    private Task<FhirAnswer> PostAsync(JObject message, string token = "test-fhir-client-00001") => Fhir.SendAsync(
        HttpMethod.Post, "/", Encoding.UTF8.GetBytes(message.ToString(Formatting.None)), ("Authorization", "Bearer " + token));
}
