using System.Text;
using NUnit.Framework;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Redox.Media.Tests.Api.Fhir;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Redox;

/// <summary>The events that a client may send by its scopes. A New is judged by what it would do to the stored document.</summary>
[TestFixture]
public sealed class ClientScopesTests : FhirFixture
{
    private static readonly string Source = Message.NewSource();
    private static readonly string[] Letters = ["c", "u", "d", "cu", "cd", "cud"];

    protected override (string Key, string? Value)[] Settings =>
    [
        .. Letters.SelectMany((letters, at) => new (string, string?)[]
        {
            ($"Clients:{at + 2}:Id", "with-" + letters), ($"Clients:{at + 2}:Secret", Secret(letters)),
            ($"Clients:{at + 2}:SourceId", Source), ($"Clients:{at + 2}:Scopes:0", "system/Media." + letters),
        }),
    ];

    [TestCase("c", 403, "forbidden")]
    [TestCase("cd", 403, "forbidden")]
    [TestCase("cu", 200, "revised")]
    public async Task A_New_that_revises_a_document_needs_u(string letters, int status, string outcome)
    {
        var id = Message.NewDocumentId();
        Assert.That(await ApplyAsync("c", Message.New(Source, id, Ago(9))), Is.EqualTo((200, "created")));

        Assert.That(await ApplyAsync(letters, Message.New(Source, id, Ago(8), content: "other")), Is.EqualTo((status, outcome)));

        Assert.That(await ContentAsync(id), Is.EqualTo(status == 200 ? "other" : "first content"));
        Assert.That(await StoredDeliveries.CountVersionsAsync(id), Is.EqualTo(status == 200 ? 2 : 1));
    }

    [TestCase("c", 403, "forbidden")]
    [TestCase("cu", 200, "revived")]
    public async Task A_New_that_revives_a_document_needs_u(string letters, int status, string outcome)
    {
        var (deleted, unknown) = (Message.NewDocumentId(), Message.NewDocumentId());
        await Fhir.Service.ApplyAsync(Message.New(Source, deleted, Ago(9)));
        await Fhir.Service.ApplyAsync(Message.Delete(Source, deleted, Ago(8)));
        await Fhir.Service.ApplyAsync(Message.Delete(Source, unknown, Ago(8)));

        Assert.That(await ApplyAsync(letters, Message.New(Source, deleted, Ago(7))), Is.EqualTo((status, outcome)), "deleted");
        Assert.That(await ApplyAsync(letters, Message.New(Source, unknown, Ago(7))), Is.EqualTo((status, outcome)), "deleted-unknown");
    }

    [TestCase("c", 403, "forbidden")]
    [TestCase("cu", 200, "revised")]
    public async Task A_New_of_a_superseded_document_needs_u(string letters, int status, string outcome)
    {
        var (original, replacement) = (Message.NewDocumentId(), Message.NewDocumentId());
        await Fhir.Service.ApplyAsync(Message.Replace(Source, original, replacement, Ago(9)));

        Assert.That(await ApplyAsync(letters, Message.New(Source, original, Ago(8))), Is.EqualTo((status, outcome)));
    }

    [Test]
    public async Task A_New_that_changes_nothing_current_needs_c_only()
    {
        var id = Message.NewDocumentId();
        var first = Message.New(Source, id, Ago(9));

        Assert.That(await ApplyAsync("c", first), Is.EqualTo((200, "created")));
        Assert.That(await ApplyAsync("c", first), Is.EqualTo((200, "duplicate")));
        Assert.That(await ApplyAsync("c", Message.New(Source, id, Ago(8))), Is.EqualTo((200, "unchanged")));
        Assert.That(await ApplyAsync("c", Message.New(Source, id, Ago(10), content: "older")), Is.EqualTo((200, "stale")));
        Assert.That(await ApplyAsync("u", Message.New(Source, Message.NewDocumentId())), Is.EqualTo((403, "forbidden")));
    }

    [TestCase("c", 403, "forbidden")]
    [TestCase("u", 403, "forbidden")]
    [TestCase("cd", 403, "forbidden")]
    [TestCase("cu", 200, "replaced-unknown")]
    public async Task A_Replace_needs_c_and_u(string letters, int status, string outcome) =>
        Assert.That(
            await ApplyAsync(letters, Message.Replace(Source, Message.NewDocumentId(), Message.NewDocumentId())),
            Is.EqualTo((status, outcome)));

    [TestCase("cu", 403, "forbidden")]
    [TestCase("d", 200, "deleted-unknown")]
    public async Task A_Delete_needs_d(string letters, int status, string outcome) =>
        Assert.That(await ApplyAsync(letters, Message.Delete(Source, Message.NewDocumentId())), Is.EqualTo((status, outcome)));

    [Test]
    public async Task A_New_without_the_right_is_recorded_without_its_bytes_and_says_nothing_of_the_patient()
    {
        var id = Message.NewDocumentId();
        await Fhir.Service.ApplyAsync(Message.New(Source, id, Ago(9), patient: "PT-1"));
        var other = Message.New(Source, id, Ago(8), patient: "PT-2");

        var answer = await SendAsync("c", other);

        Assert.That((answer.Status, (string?)answer.Json["Outcome"]), Is.EqualTo((403, "forbidden")), answer.Text);
        Assert.That(answer.Text, Does.Not.Contain("Patient"));
        var trace = await Fhir.Service.AskSupportAsync("/support/api/deliveries/" + other.LogId());
        Assert.That((string?)trace.Json["outcome"], Is.EqualTo("forbidden"));
        Assert.That(await StoredDeliveries.RawBytesAsync((Guid)answer.Json["DeliveryID"]!), Is.Empty);
        Assert.That(await ApplyAsync("cu", other), Is.EqualTo((400, "set-aside")));
    }

    [Test]
    public async Task Concurrent_News_of_a_client_with_c_create_one_document_and_revise_none()
    {
        var id = Message.NewDocumentId();

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 12).Select(i => ApplyAsync("c", Message.New(Source, id, Ago(9), content: "content " + i))));

        Assert.That(answers.Count(answer => answer == (200, "created")), Is.EqualTo(1));
        Assert.That(answers.Select(answer => answer.Outcome), Is.All.AnyOf("created", "forbidden", "stale"));
    }

    /// <summary>The DocumentID of a create is made of its request, so that a Redox event can name it before.</summary>
    [TestCase("system/Media.cs", null, 403)]
    [TestCase("system/Media.cus", null, 201)]
    [TestCase("system/Media.cs", "identifier=none", 403)]
    [TestCase("system/Media.cus", "identifier=none", 201)]
    public async Task A_create_that_would_revise_a_document_needs_u(string scope, string? condition, int status)
    {
        var (media, correlationId) = (FhirService.Media(FhirService.NewPatient()), Guid.NewGuid().ToString());
        await Fhir.CreateAsync(media, ("X-Correlation-Id", correlationId));
        var trace = await Fhir.Service.AskSupportAsync("/support/api/deliveries/" + correlationId);
        await using var other = await FhirService.StartAsync(("Clients:0:Scopes:0", scope));
        await other.Service.ApplyAsync(
            Message.New(other.Source, (string)trace.Json["documentId"]!, Ago(9)).With("Patient.Identifiers", new JArray()));
        List<(string, string)> headers = [("X-Correlation-Id", correlationId)];
        if (condition is not null)
        {
            headers.Add(("If-None-Exist", condition));
        }

        var answer = await other.CreateAsync(media, [.. headers]);

        Assert.That(answer.Status, Is.EqualTo(status), answer.Text);
        Assert.That(status == 201 ? [] : answer.Codes, status == 201 ? Is.Empty : Is.EqualTo(new[] { "forbidden" }));
    }

    private static string Secret(string letters) => $"test-scopes-{letters}-000000001";

    private static DateTimeOffset Ago(int minutes) => TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(minutes);

    private async Task<string> ContentAsync(string documentId)
    {
        var media = (await Fhir.Service.DeliverAsync(Message.Query(documentId))).Json["Media"]!.Single();
        return Encoding.UTF8.GetString(Convert.FromBase64String((string)media["FileContents"]!));
    }

    private async Task<(int Status, string? Outcome)> ApplyAsync(string letters, JObject message)
    {
        var answer = await SendAsync(letters, message);
        return (answer.Status, (string?)answer.Json["Outcome"]);
    }

    private Task<FhirAnswer> SendAsync(string letters, JObject message) => Fhir.SendAsync(
        HttpMethod.Post, "/", Encoding.UTF8.GetBytes(message.ToString(Formatting.None)), ("Authorization", "Bearer " + Secret(letters)));
}
