using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Npgsql;
using NUnit.Framework;
using Redox.Media.Core.Parsing;
using Redox.Media.Tests.Api.Fhir;
using Redox.Media.Tests.Support;
using static Redox.Media.Tests.Support.UploadRequest;

namespace Redox.Media.Tests.Api.Redox;

/// <summary>
/// Files that clients send before their messages, as Redox's blob host takes them. Sources: Redox, "Send a file via Redox Data Model API";
/// patient-discovery/redox-client (file_upload), which reads the member URI of any response of 200 to 299.
/// </summary>
[TestFixture, Category("Database")]
public sealed class UploadTests
{
    private const int MaxFileBytes = 1024 * 1024;

    private FhirService _fhir = null!;
    private NpgsqlDataSource _database = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _fhir = await FhirService.StartOnAsync(
            await TestDatabase.CreateAsync(),
            null,
            ("Uploads:MaxFileBytes", MaxFileBytes.ToString()), ("Uploads:MaxUnclaimed", "3"), ("Staff:0:Roles:1", "operate"),
            ("Clients:2:Id", "reader"), ("Clients:2:Secret", "test-reader-00000001"), ("Clients:2:SourceId", "reader"),
            ("Clients:2:Scopes:0", "system/Media.read"));
        _database = NpgsqlDataSource.Create(_fhir.ConnectionString);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _database.DisposeAsync();
        await _fhir.DisposeAsync();
    }

    [SetUp]
    public async Task Delete_the_uploads() => await CountAsync("with s as (delete from upload_slice) delete from upload");

    [TestCase("/upload", 5)]
    [TestCase("/uploads", 700_000)]
    [TestCase("/upload", 0)]
    [TestCase("/upload", MaxFileBytes)]
    public async Task The_URI_of_an_upload_becomes_the_file_of_the_document(string address, int length)
    {
        var (file, documentId) = (Bytes(length), Message.NewDocumentId());

        var upload = await UploadAsync(file, address);

        Assert.That((upload.Status, upload.ContentType!.MediaType), Is.EqualTo((201, "application/json")), upload.Text);
        Assert.That(upload.Json.Children<JProperty>().Select(member => member.Name), Is.EqualTo(new[] { "URI" }));
        var uri = (string)upload.Json["URI"]!;
        Assert.That(uri, Does.StartWith(_fhir.Service.Address + "uploads/"));
        var answer = await PostAsync(New(documentId, uri));
        Assert.That(answer.Outcome, Is.EqualTo("created"), answer.Text);
        await AssertContentAsync(file, documentId);
        Assert.That(await CountAsync("select count(*) from upload_slice"), Is.Zero, "the file is in the document");
        var trace = await _fhir.Service.AskSupportAsync("/support/api/deliveries/" + answer.Json["DeliveryID"]);
        Assert.That((long)trace.Json["contentBytes"]!, Is.EqualTo(length), trace.Text);
    }

    [Test]
    public async Task A_Replace_takes_an_upload_and_the_stored_message_does_not_name_it()
    {
        var (original, documentId) = (Message.NewDocumentId(), Message.NewDocumentId());
        var uri = await UriAsync(Bytes(9));
        var replace = Message.Replace(_fhir.Source, original, documentId).With("Media.FileContents", uri);

        Assert.That((await PostAsync(replace)).Outcome, Is.EqualTo("replaced-unknown"));

        await AssertContentAsync(Bytes(9), documentId);
        await using var envelope = _database.CreateCommand(
            $"""
            select convert_from(envelope, 'UTF8') from document_version v join delivery d using (delivery_id)
            where document_id = '{documentId}' and envelope is not null
            """);
        Assert.That((string)(await envelope.ExecuteScalarAsync())!, Does.Not.Contain("uploads/"));
    }

    [Test]
    public async Task An_upload_that_cannot_be_used_is_a_violation_that_does_not_say_why()
    {
        var used = await UriAsync(Bytes(3));
        await PostAsync(New(Message.NewDocumentId(), used));
        var others = (string)(await UploadAsync(Bytes(3), token: FhirService.OtherToken)).Json["URI"]!;
        var unknown = used[..^32] + Guid.NewGuid().ToString("N");
        var expired = await UriAsync(Bytes(3));
        await CountAsync(
            "update upload set created_at = created_at - interval '25 hours' where claimed_by is null and client = 'client:camera-app'");
        List<string> texts = [];
        foreach (var uri in new[] { used, others, unknown, expired })
        {
            var answer = await PostAsync(New(Message.NewDocumentId(), uri));

            Assert.That((answer.Status, answer.Outcome), Is.EqualTo((400, "refused")), answer.Text);
            var text = (string)answer.Json["Meta"]!["Errors"]!.Single()["Text"]!;
            texts.Add(text[..text.IndexOf(" (delivery", StringComparison.Ordinal)]);
        }

        Assert.That(texts.Distinct(), Is.EqualTo(new[]
        {
            "Media.FileContents is not an upload of this client, or it has expired or has been used",
        }));
        Assert.That((await PostAsync(New(Message.NewDocumentId(), others).With("Meta.Source", null), FhirService.OtherToken)).Outcome,
            Is.EqualTo("created"), "of its client it can be used");
    }

    [Test]
    public async Task The_memory_for_a_file_that_is_gone_is_given_back()
    {
        var budget = _fhir.Service.Services.GetRequiredService<IntakeBudget>();
        var uri = await UriAsync(Bytes(700_000));
        await CountAsync("with gone as (delete from upload_slice) select count(*) from upload");

        var answer = await PostAsync(New(Message.NewDocumentId(), uri));

        Assert.That((answer.Status, answer.Outcome), Is.EqualTo((400, "refused")), answer.Text);
        await Eventually.IsTrueAsync("it is given back", () => Task.FromResult(budget.InUse == 0), TimeSpan.FromSeconds(20));
    }

    [Test]
    public async Task The_same_message_again_is_a_duplicate_with_its_log_ID_and_without()
    {
        var message = New(Message.NewDocumentId(), await UriAsync(Bytes(300_000)));
        Assert.That((await PostAsync(message)).Outcome, Is.EqualTo("created"));

        Assert.That((await PostAsync(message)).Outcome, Is.EqualTo("duplicate"));
        var again = await PostAsync(message.Without("Meta.Logs").With("Meta.EventDateTime", "2026-11-27T08:00:00Z"));
        Assert.That((again.Status, again.Outcome), Is.EqualTo((200, "duplicate")), again.Text);
    }

    [Test]
    public async Task Of_messages_that_bring_the_same_upload_at_a_time_one_is_applied()
    {
        var uri = await UriAsync(Bytes(300_000));

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => PostAsync(New(Message.NewDocumentId(), uri))));

        Assert.That(
            answers.Select(answer => answer.Outcome).Order(), Is.EqualTo(new[] { "created" }.Concat(Enumerable.Repeat("refused", 5))));
    }

    [Test]
    public async Task A_message_that_is_set_aside_keeps_its_file_beyond_the_upload()
    {
        var (documentId, uri) = (Message.NewDocumentId(), await UriAsync(Bytes(400_000)));
        await PostAsync(Message.New(_fhir.Source, documentId, TimeProvider.System.GetUtcNow().AddMinutes(-5)));
        var other = New(documentId, uri);
        other["Patient"]!["Identifiers"]![0]!["ID"] = "PT-2";
        var aside = await PostAsync(other);
        Assert.That((aside.Status, aside.Outcome), Is.EqualTo((400, "set-aside")), aside.Text);
        Assert.That(await CountAsync("select count(*) from upload where claimed_by is null"), Is.EqualTo(1), "it can be sent again");
        await Delete_the_uploads();

        var released = await _fhir.Service.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/support/api/deliveries/release")
        {
            Content = new StringContent(new JObject { ["id"] = (string)aside.Json["DeliveryID"]!, ["reason"] = "checked" }.ToString()),
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", RunningService.StaffToken) },
        });

        Assert.That((string?)released.Json["outcome"], Is.EqualTo("revised"), released.Text);
        await AssertContentAsync(Bytes(400_000), documentId);
    }

    [Test]
    public async Task A_client_has_a_limited_number_of_unclaimed_uploads()
    {
        var first = await UriAsync(Bytes(1));
        await UriAsync(Bytes(1));
        await UriAsync(Bytes(1));

        var refused = await UploadAsync(Bytes(1));
        Assert.That(refused.Status, Is.EqualTo(429), refused.Text);
        Assert.That(refused.Headers.RetryAfter?.Delta, Is.EqualTo(TimeSpan.FromMinutes(1)));
        Assert.That((await UploadAsync(Bytes(1), token: FhirService.OtherToken)).Status, Is.EqualTo(201), "of another client");
        await PostAsync(New(Message.NewDocumentId(), first));
        Assert.That((await UploadAsync(Bytes(1))).Status, Is.EqualTo(201), "one has been brought");
    }

    [Test]
    public async Task Expired_uploads_are_deleted_by_any_instance()
    {
        for (var i = 0; i < 3; i++)
        {
            await UriAsync(Bytes(300_000));
        }

        await UploadAsync(Bytes(5), token: FhirService.OtherToken);
        await CountAsync("update upload set created_at = created_at - interval '25 hours' where client = 'client:camera-app'");
        await using (await FhirService.StartOnAsync(_fhir.ConnectionString))
        {
            await Eventually.IsTrueAsync(
                "the expired uploads are deleted", async () => await CountAsync("select count(*) from upload") == 1,
                TimeSpan.FromSeconds(60));
        }

        Assert.That(await CountAsync("select count(*) from upload_slice"), Is.EqualTo(1));
    }

    [Test]
    public async Task An_upload_leaves_an_audit_row_in_its_transaction_and_so_does_a_refusal()
    {
        var before = await CountAsync("select count(*) from audit_event where act = 'upload'");

        await UriAsync(Bytes(3));
        await UploadAsync(Bytes(3), token: "test-reader-00000001");

        Assert.That(await CountAsync("select count(*) from audit_event where act = 'upload'"), Is.EqualTo(before + 2));
        Assert.That(
            await CountAsync("select count(*) from audit_event where act = 'upload' and outcome = 'refused' and caller = 'client:reader'"),
            Is.Positive);
    }

    [Test]
    public async Task A_URI_of_another_host_is_kept_as_it_is()
    {
        var documentId = Message.NewDocumentId();
        var uri = "https://blob.redoxengine.com/14652614";

        Assert.That((await PostAsync(New(documentId, uri))).Outcome, Is.EqualTo("created"));
        var found = await PostAsync(Message.Query(documentId).Without("Meta.Source"));
        Assert.That((string?)found.Json["Media"]!.Single()["FileContents"], Is.EqualTo(uri));
    }

    private JObject New(string documentId, string uri) => Message.New(_fhir.Source, documentId).With("Media.FileContents", uri);

    private async Task<string> UriAsync(byte[] file) => (string)(await UploadAsync(file)).Json["URI"]!;

    private Task<Answer> UploadAsync(byte[] file, string address = "/upload", string token = "") =>
        _fhir.Service.SendAsync(Post(Form(("note", Bytes(3)), ("file", file)), token, address));

    private Task<Answer> PostAsync(JObject message, string token = "") => _fhir.Service.SendAsync(
        Post(new StringContent(message.ToString(Formatting.None), Encoding.UTF8, "application/json"), token, "/endpoint"));

    private async Task AssertContentAsync(byte[] expected, string documentId)
    {
        var answer = await PostAsync(Message.Query(documentId).Without("Meta.Source"));
        ByteAssert.AreEqual(expected, Convert.FromBase64String((string)answer.Json["Media"]!.Single()["FileContents"]!));
    }

    private async Task<long> CountAsync(string sql)
    {
        await using var command = _database.CreateCommand(sql);
        return await command.ExecuteScalarAsync() is long count ? count : 0;
    }
}
