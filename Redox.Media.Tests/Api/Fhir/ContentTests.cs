using System.Security.Cryptography;
using System.Text;
using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Core.Documents;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>The file at its own URL: whole, in ranges, and as a safe attachment.</summary>
[TestFixture]
public sealed class ContentTests : FhirFixture
{
    private readonly byte[] _file = new byte[700_000];
    private string _path = "";

    [OneTimeSetUp]
    public async Task Make_the_documents()
    {
        new Random(3).NextBytes(_file);
        _path = await PathOfAsync("video/mp4", _file, "a film");
    }

    [TestCase("bytes=0-0", 0, 1)]
    [TestCase("bytes=0-99", 0, 100)]
    [TestCase("bytes=262100-262200", 262_100, 101)]
    [TestCase("bytes=262144-524287", 262_144, 262_144)]
    [TestCase("bytes=100-699999", 100, 699_900)]
    [TestCase("bytes=699999-", 699_999, 1)]
    [TestCase("bytes=699990-900000", 699_990, 10)]
    [TestCase("bytes=-5", 699_995, 5)]
    [TestCase("bytes=-900000", 0, 700_000)]
    public async Task A_range_is_that_range(string range, int from, int count)
    {
        var answer = await Fhir.GetAsync(_path, ("Range", range));

        Assert.That(answer.Status, Is.EqualTo(206));
        Assert.That(
            answer.Headers["Repr-Digest"], Is.EqualTo($"sha-256=:{Convert.ToBase64String(SHA256.HashData(_file))}:"), "of the whole file");
        Assert.That(answer.Headers["Content-Range"], Is.EqualTo($"bytes {from}-{from + count - 1}/700000"));
        Assert.That(answer.Body.AsSpan().SequenceEqual(_file.AsSpan(from, count)));
    }

    [TestCase("bytes=0-0", 0, 1)]
    [TestCase("bytes=10-19", 10, 10)]
    [TestCase("bytes=65535-70000", 65_535, 1)]
    [TestCase("bytes=-5", 65_531, 5)]
    public async Task A_range_of_a_small_file_is_that_range(string range, int from, int count)
    {
        var file = _file[..65_536];

        var answer = await Fhir.GetAsync(await PathOfAsync("video/mp4", file, "a short film"), ("Range", range));

        Assert.That((answer.Status, answer.Headers["Content-Range"]), Is.EqualTo((206, $"bytes {from}-{from + count - 1}/65536")));
        Assert.That(answer.Body.AsSpan().SequenceEqual(file.AsSpan(from, count)));
    }

    [TestCase("bytes=700000-")]
    [TestCase("bytes=800000-900000")]
    public async Task A_range_beyond_the_end_is_refused(string range)
    {
        var answer = await Fhir.GetAsync(_path, ("Range", range));

        Assert.That(answer.Status, Is.EqualTo(416));
        Assert.That(answer.Headers["Content-Range"], Is.EqualTo("bytes */700000"));
    }

    [TestCase("lines=1-2")]
    [TestCase("bytes=5-1")]
    [TestCase("bytes=0-1,5-6")]
    [TestCase("nonsense")]
    public async Task Any_other_range_gets_the_whole_file(string range)
    {
        var answer = await Fhir.GetAsync(_path, ("Range", range));

        Assert.That((answer.Status, answer.Body.Length), Is.EqualTo((200, 700_000)));
    }

    [Test]
    public async Task A_range_of_another_version_gets_the_whole_file()
    {
        var whole = await Fhir.SendAsync(HttpMethod.Head, _path, null);

        Assert.That((await Fhir.GetAsync(_path, ("Range", "bytes=0-1"), ("If-Range", whole.Headers["ETag"]))).Status, Is.EqualTo(206));
        Assert.That((await Fhir.GetAsync(_path, ("Range", "bytes=0-1"), ("If-Range", "\"another\""))).Status, Is.EqualTo(200));
        Assert.That(whole.Headers["Content-Length"], Is.EqualTo("700000"));
    }

    [TestCase("bytes=0-99")]
    [TestCase("bytes=800000-900000")]
    public async Task A_range_applies_to_GET_only(string range)
    {
        var answer = await Fhir.SendAsync(HttpMethod.Head, _path, null, ("Range", range));

        Assert.That((answer.Status, answer.Headers["Content-Length"]), Is.EqualTo((200, "700000")));
        Assert.That(answer.Headers.ContainsKey("Content-Range"), Is.False);
    }

    [TestCase("image/png", "image/png")]
    [TestCase("image/jpg", "image/jpeg")]
    [TestCase("audio/x-wav", "audio/wav")]
    [TestCase("text/html", "application/octet-stream")]
    [TestCase("image/svg+xml", "application/octet-stream")]
    [TestCase("application/xhtml+xml", "application/octet-stream")]
    [TestCase("image/jpeg; a=b", "image/jpeg")]
    public async Task An_executable_media_type_is_served_as_bytes(string contentType, string served)
    {
        var answer = await Fhir.GetAsync(await PathOfAsync(contentType, Encoding.UTF8.GetBytes("<script>alert(1)</script>"), "x"));

        Assert.That(answer.Headers["Content-Type"], Is.EqualTo(served));
        Assert.That(answer.Headers["X-Content-Type-Options"], Is.EqualTo("nosniff"));
        Assert.That(answer.Headers["Content-Security-Policy"], Does.Contain("sandbox"));
        Assert.That(answer.Headers["Cache-Control"], Is.EqualTo("no-store"));
    }

    [TestCase("../../etc/passwd", "etcpasswd")]
    [TestCase("a\r\nX-Header: b", "aX-Header b")]
    [TestCase("Röntgen 50%", "Röntgen 50%")]
    [TestCase("...", "content")]
    public async Task A_title_becomes_a_harmless_name(string title, string name)
    {
        var answer = await Fhir.GetAsync(await PathOfAsync("image/png", [1], title));

        Assert.That(answer.Headers["Content-Disposition"], Does.StartWith("attachment; filename="));
        Assert.That(answer.Headers["Content-Disposition"], Does.Contain("filename*=UTF-8''" + Uri.EscapeDataString(name)));
    }

    [Test]
    public async Task A_document_whose_file_is_elsewhere_has_no_content()
    {
        var media = FhirService.Media();
        media["content"] = new JObject { ["contentType"] = "image/png", ["url"] = "https://images.example/1" };
        var created = await Fhir.CreateAsync(media);

        Assert.That((string?)(await Fhir.GetAsync("/Media/" + created.Id)).Json["content"]!["url"], Is.EqualTo("https://images.example/1"));
        Assert.That((await Fhir.GetAsync($"/Media/{created.Id}/files/content")).Status, Is.EqualTo(404));
    }

    private async Task<string> PathOfAsync(string contentType, byte[] file, string title)
    {
        var media = FhirService.Media();
        media["content"] = new JObject { ["contentType"] = contentType, ["data"] = Convert.ToBase64String(file), ["title"] = title };
        return $"/Media/{(await Fhir.CreateAsync(media)).Id}/files/content";
    }
}
