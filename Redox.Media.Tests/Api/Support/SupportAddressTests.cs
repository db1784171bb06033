using System.Net.Http.Headers;
using System.Text;
using NUnit.Framework;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Redox.Media.Tests.Api.Fhir;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Support;

/// <summary>A look-up does not depend on how its address is written, and a body takes what an address cannot.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class SupportAddressTests
{
    [Test]
    public async Task An_absolute_address_in_the_request_line_is_found()
    {
        var service = await SharedService.GetAsync();
        var (source, id) = (Message.NewSource(), Message.NewDocumentId());
        var message = Message.New(source, id);
        await service.ApplyAsync(message);
        foreach (var path in new[] { "/support/api/deliveries/" + message.LogId(), $"/support/api/documents/{source}/{id}?test=false" })
        {
            foreach (var prefix in new[] { "http://127.0.0.1", "http://127.0.0.1:81" })
            {
                using var connection = await RawConnection.OpenAsync(service.Address);
                await connection.SendAsync(
                    $"GET {prefix}{path} HTTP/1.1\r\nHost: {prefix[7..]}\r\nAuthorization: Bearer {RunningService.StaffToken}\r\n"
                    + "Connection: close\r\n\r\n");
                Assert.That((await connection.ReadAnswerAsync())?.Status, Is.EqualTo(200), prefix + path);
            }
        }
    }

    [Test]
    public async Task A_slash_at_the_end_does_not_matter()
    {
        var service = await SharedService.GetAsync();
        var (source, id) = (Message.NewSource(), Message.NewDocumentId());
        var message = Message.New(source, id);
        await service.ApplyAsync(message);
        foreach (var path in new[] { "/support/api/deliveries/" + message.LogId(), $"/support/api/documents/{source}/{id}" })
        {
            Assert.That((await service.AskSupportAsync(path + "/")).Status, Is.EqualTo(200), path);
        }

        await service.ApplyAsync(Message.New(source, id + "/"));
        Assert.That((string?)(await service.TraceDocumentAsync(source, id + "/"))["documentId"], Is.EqualTo(id + "/"));
        var raw = await service.AskSupportAsync($"/support/api/documents/{source}/{id}/");
        Assert.That((string?)raw.Json["documentId"], Is.EqualTo(id + "/"), "the document of exactly this ID comes first");
    }

    [Test]
    public async Task An_ID_is_found_in_upper_and_lower_case()
    {
        var service = await SharedService.GetAsync();
        foreach (var change in new Func<string, string>[] { id => id, id => id.ToUpperInvariant(), id => "Aé\0\u20AC-" + id })
        {
            string[] ids = [.. Enumerable.Range(0, 3).Select(_ => change("a" + Guid.NewGuid()))];
            var message = Message.New(Message.NewSource(), Message.NewDocumentId()).WithLog(ids[0], ids[1]).With("Meta.Message.ID", ids[2]);
            await service.ApplyAsync(message);
            foreach (var id in ids)
            {
                string[] forms = [id, id.Replace('a', 'A').Replace('f', 'F'), id.Replace('A', 'a').Replace('F', 'f')];
                foreach (var form in forms)
                {
                    var found = await PostAsync(service, "/support/api/deliveries", new JObject { ["id"] = form });
                    Assert.That((string?)found.Json["logId"], Is.EqualTo(ids[0]), form);
                }
            }
        }

        var lower = Message.New(Message.NewSource(), Message.NewDocumentId());
        await service.ApplyAsync(lower);
        Assert.That((string?)(await service.TraceDeliveryAsync(lower.LogId().ToUpperInvariant()))["logId"], Is.EqualTo(lower.LogId()));
    }

    [TestCase("..")]
    [TestCase(".")]
    [TestCase("")]
    [TestCase("a\0b")]
    [TestCase("../../deliveries/x")]
    [TestCase("\uD800 unpaired")]
    public async Task A_body_takes_a_source_and_an_ID_that_no_address_can_hold(string text)
    {
        var service = await SharedService.GetAsync();
        (string Source, string Id)[] documents =
        [
            (text, text + Message.NewDocumentId()), (Message.NewSource(), text.Length == 0 ? "-" : text),
        ];
        foreach (var (source, id) in documents)
        {
            await service.DeliverAsync(Encoding.UTF8.GetBytes(Escaped(Message.New(source, id))));
            var found = await PostAsync(service, "/support/api/documents", new JObject { ["source"] = source, ["documentId"] = id });
            Assert.That(found.Status, Is.EqualTo(200), found.Text);
            Assert.That(((string?)found.Json["source"], (string?)found.Json["documentId"]), Is.EqualTo((source, id)));
        }
    }

    [Test]
    public async Task A_body_takes_IDs_of_10_KB_and_the_test_document()
    {
        var service = await SharedService.GetAsync();
        var (source, id) = (Message.NewSource(), Message.NewDocumentId() + new string('x', 10_000));
        var log = Guid.NewGuid() + new string('y', 10_000);
        await service.ApplyAsync(Message.New(source, id).WithLog(log, "a").With("Meta.Test", true));
        var asked = new JObject { ["source"] = source, ["documentId"] = id };
        Assert.That((await PostAsync(service, "/support/api/documents", asked)).Status, Is.EqualTo(404));
        asked["test"] = true;
        Assert.That((await PostAsync(service, "/support/api/documents", asked)).Status, Is.EqualTo(200));
        var delivery = await PostAsync(service, "/support/api/deliveries/", new JObject { ["id"] = log });
        Assert.That((string?)delivery.Json["documentId"], Is.EqualTo(id));
    }

    [TestCase("")]
    [TestCase("nothing")]
    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("{\"id\":7}")]
    [TestCase("{\"documentId\":[]}")]
    public async Task A_body_of_another_form_is_400(string body)
    {
        var service = await SharedService.GetAsync();
        foreach (var path in new[] { "/support/api/deliveries", "/support/api/documents" })
        {
            var answer = await service.SendAsync(Post(path, body));
            Assert.That(answer.Status, Is.EqualTo(400), path);
            Assert.That((string?)answer.Json["error"], Does.Contain("JSON"));
        }
    }

    [TestCase("live")]
    [TestCase("ready")]
    public async Task HEAD_of_health_is_answered(string name)
    {
        var answer = await (await SharedService.GetAsync()).SendAsync(new HttpRequestMessage(HttpMethod.Head, "/health/" + name));
        Assert.That((answer.Status, answer.Body.Length), Is.EqualTo((200, 0)));
    }

    [TestCase("/nothing")]
    [TestCase("/support/api/nothing")]
    [TestCase("/support/api/deliveries/x/y")]
    [TestCase("/health/other")]
    [TestCase("/redox/x")]
    [TestCase("/Patient/1")]
    public async Task An_unknown_address_is_404_with_a_right_token_and_401_without(string path)
    {
        await using var fhir = await FhirService.StartAsync();
        (string? Token, int Status)[] callers =
        [
            (null, 401), ("a-token-that-nobody-has", 401), (RunningService.EngineToken, 404), (RunningService.StaffToken, 404),
            (FhirService.Token, 404),
        ];
        foreach (var (token, status) in callers)
        {
            var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
            Assert.That((await fhir.Service.SendAsync(request)).Status, Is.EqualTo(status), $"{path} {token}");
        }
    }

    private static Task<Answer> PostAsync(RunningService service, string path, JObject body) =>
        service.SendAsync(Post(path, Escaped(body)));

    // An unpaired surrogate has no UTF-8 form: only an escape carries it.
    private static string Escaped(JObject body)
    {
        using var text = new StringWriter();
        using var writer = new JsonTextWriter(text) { StringEscapeHandling = StringEscapeHandling.EscapeNonAscii };
        body.WriteTo(writer);
        return text.ToString();
    }

    private static HttpRequestMessage Post(string path, string body) => new(HttpMethod.Post, path)
    {
        Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body))
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
        },
        Headers = { Authorization = new AuthenticationHeaderValue("Bearer", RunningService.StaffToken) },
    };
}
