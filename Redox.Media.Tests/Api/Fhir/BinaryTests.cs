using Newtonsoft.Json.Linq;
using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>
/// A file as a Binary before its Media. Sources: FHIR R4, Binary; medplum/medplum (createBinary, createMedia), which posts the file with
/// its media type, reads the id of the response, and names Binary/[id] in content.url.
/// </summary>
[TestFixture]
public sealed class BinaryTests : FhirFixture
{
    private const string ReaderToken = "test-reader-00000001";

    protected override (string Key, string? Value)[] Settings =>
    [
        ("Uploads:MaxFileBytes", "400000"), ("Clients:2:Id", "reader"), ("Clients:2:Secret", ReaderToken),
        ("Clients:2:SourceId", "reader"), ("Clients:2:Scopes:0", "system/Media.read"),
    ];

    [TestCase(5, "")]
    [TestCase(300_000, "base")]
    public async Task The_file_of_a_Binary_becomes_that_of_the_Media_that_names_it(int length, string prefix)
    {
        var file = Bytes(length);

        var binary = await PostAsync(file);

        Assert.That(binary.Status, Is.EqualTo(201), binary.Text);
        var id = (string)binary.Json["id"]!;
        Assert.That(((string?)binary.Json["resourceType"], (string?)binary.Json["contentType"]), Is.EqualTo(("Binary", "image/jpeg")));
        Assert.That(binary.Headers["Location"], Does.EndWith("/Binary/" + id));
        var media = Media((prefix.Length > 0 ? Fhir.Service.Address.ToString() : "") + "Binary/" + id);
        var created = await Fhir.CreateAsync(media, ("Prefer", "return=representation"));
        Assert.That(created.Status, Is.EqualTo(201), created.Text);
        Assert.That((long)created.Json["content"]!["size"]!, Is.EqualTo(length), created.Text);
        var content = await Fhir.GetAsync($"/Media/{created.Json["id"]}/files/content");
        ByteAssert.AreEqual(content.Body, file);
    }

    [Test]
    public async Task A_Binary_is_used_once_by_its_client_and_the_same_request_again_is_answered_as_the_first()
    {
        var url = "Binary/" + (await PostAsync(Bytes(9))).Json["id"];
        var (media, correlation) = (Media(url), ("X-Correlation-Id", Guid.NewGuid().ToString()));

        var others = await Fhir.CreateAsync(Media(url), ("Authorization", "Bearer " + FhirService.OtherToken));
        var first = await Fhir.CreateAsync(media, correlation);
        var again = await Fhir.CreateAsync(media, correlation);
        var used = await Fhir.CreateAsync(Media(url));
        var unknown = await Fhir.CreateAsync(Media("Binary/redox-media-" + Guid.NewGuid().ToString("N")));

        Assert.That(first.Status, Is.EqualTo(201), first.Text);
        Assert.That((again.Status, again.Headers["Location"]), Is.EqualTo((201, first.Headers["Location"])), again.Text);
        foreach (var refused in new[] { others, used, unknown })
        {
            Assert.That(refused.Status, Is.EqualTo(400), refused.Text);
            Assert.That(
                refused.Text, Does.Contain("Media.content.url is not an upload of this client, or it has expired or has been used"));
        }
    }

    [Test]
    public async Task A_refused_Binary_is_answered_by_an_OperationOutcome()
    {
        (int Status, FhirAnswer Answer)[] refused =
        [
            (413, await PostAsync(Bytes(400_001))),
            (413, await PostAsync(Bytes(800_000))),
            (415, await PostAsync(Bytes(4), "application/fhir+json")),
            (415, await PostAsync(Bytes(4), "application/pdf", ("Content-Encoding", "gzip"))),
            (403, await PostAsync(Bytes(4), "application/pdf", ("Authorization", "Bearer " + ReaderToken))),
            (401, await PostAsync(Bytes(4), "application/pdf", ("Authorization", "Bearer a-token-that-is-not-known"))),
            (401, await PostAsync(Bytes(4), "application/pdf", ("Authorization", "Bearer " + RunningService.EngineToken))),
            (404, await Fhir.GetAsync("/Binary/redox-media-" + Guid.NewGuid().ToString("N"))),
        ];

        foreach (var (status, answer) in refused)
        {
            Assert.That((answer.Status, (string?)answer.Json["resourceType"]), Is.EqualTo((status, "OperationOutcome")), answer.Text);
        }
    }

    [Test]
    public async Task A_URL_of_another_server_is_kept_as_it_is()
    {
        var created = await Fhir.CreateAsync(Media("https://storage.example/Binary/1"), ("Prefer", "return=representation"));

        Assert.That((created.Status, (string?)created.Json["content"]!["url"]), Is.EqualTo((201, "https://storage.example/Binary/1")));
    }

    private static byte[] Bytes(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7 % 251))];

    private static JObject Media(string url)
    {
        var media = FhirService.Media(FhirService.NewPatient());
        media["content"] = new JObject { ["contentType"] = "image/jpeg", ["url"] = url, ["title"] = "wound.jpg" };
        return media;
    }

    private Task<FhirAnswer> PostAsync(byte[] file, string type = "image/jpeg", params (string, string)[] headers) =>
        Fhir.SendAsync(HttpMethod.Post, "/Binary?_filename=wound.jpg", file, [("Content-Type", type), .. headers]);
}
