using System.Text;
using Newtonsoft.Json.Linq;
using NUnit.Framework;
using Redox.Media.Tests.Api.Fhir;
using Redox.Media.Tests.Support;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;

namespace Redox.Media.Tests.Api.RemoteFiles;

/// <summary>A file that a message names at another host is fetched beside the request and becomes that of the document.</summary>
[TestFixture, Category("Database")]
public sealed class RemoteFileTests
{
    private RemoteFileService _service = null!;

    [OneTimeSetUp]
    public async Task Start() => _service = await RemoteFileService.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _service.DisposeAsync();

    [Test]
    public async Task Until_the_file_is_fetched_queries_return_its_address()
    {
        var (source, id, path) = Names();
        _service.Answer(path, Response.Create().WithStatusCode(404));
        var delivery = await _service.DeliverAsync(source, id, path);

        await _service.UntilFailedAsync(delivery, "status");
        Assert.That(await _service.QueryAsync(id), Is.EqualTo(_service.UrlOf(path)));

        _service.Serve(path, "the image"u8.ToArray());
        await _service.RetryAsync(source);
        await _service.UntilStoredAsync(delivery);
        Assert.That(await _service.QueryAsync(id), Is.EqualTo(Convert.ToBase64String("the image"u8)));
    }

    [Test]
    public async Task The_look_up_shows_each_try_from_the_first_to_the_last()
    {
        var (source, id, path) = Names();
        _service.Answer(path, Response.Create().WithStatusCode(403));
        var delivery = await _service.DeliverAsync(source, id, path);
        await _service.UntilFailedAsync(delivery, "status");
        _service.Serve(path, new byte[1000]);
        await _service.RetryAsync(source);

        var file = await _service.UntilStoredAsync(delivery);

        Assert.Multiple(() =>
        {
            Assert.That((int)file["tries"]!, Is.EqualTo(2));
            Assert.That((string?)file["host"], Is.EqualTo($"files.example:{_service.Host.Port}"));
            Assert.That((int)file["contentBytes"]!, Is.EqualTo(1000));
            Assert.That(
                file["lastTries"]!.Select(one => ((int)one["number"]!, (string?)one["failure"], (int?)one["status"], (long)one["bytes"]!)),
                Is.EqualTo(new (int, string?, int?, long)[] { (2, null, 200, 1000), (1, "status", 403, 0) }));
            Assert.That(file.ToString(), Does.Not.Contain(path), "its address may contain a secret");
        });
    }

    [TestCase(1)]
    [TestCase(262_144, Description = "one slice")]
    [TestCase(524_288, Description = "two slices, both whole")]
    [TestCase(700_001)]
    public async Task A_file_of_any_size_is_returned_as_the_host_sent_it(int length)
    {
        var (source, id, path) = Names();
        var file = new byte[length];
        Random.Shared.NextBytes(file);
        _service.Serve(path, file);

        await _service.UntilStoredAsync(await _service.DeliverAsync(source, id, path));

        Assert.That(await _service.QueryAsync(id), Is.EqualTo(Convert.ToBase64String(file)));
        Assert.That(_service.Host.Count(path), Is.EqualTo(1));
    }

    [Test]
    public async Task A_file_that_is_left_out_of_an_answer_has_no_address_there()
    {
        var (source, first, path) = Names();
        var second = Message.NewDocumentId();
        await using var service = await RemoteFileService.StartAsync(null, ("Query:MaxContentBytes", "700000"));
        service.Serve(path, new byte[400_000]);
        await service.UntilStoredAsync(await service.DeliverAsync(source, first, path));
        await service.UntilStoredAsync(await service.DeliverAsync(source, second, path));

        var answer = (await service.Service.DeliverAsync(Message.Query(first, second))).Json;

        Assert.That(answer["Media"]!.Count(one => one["FileContents"]!.Type == JTokenType.Null), Is.EqualTo(1));
        Assert.That((bool)answer["Meta"]!["IsIncomplete"]!, Is.True);
        Assert.That(answer.ToString(), Does.Not.Contain("files.example"));
    }

    [Test]
    public async Task The_host_gets_its_token_and_is_asked_for_plain_bytes()
    {
        var (source, id, path) = Names();
        _service.Serve(path, [1]);

        await _service.UntilStoredAsync(await _service.DeliverAsync(source, id, path));

        var request = _service.Host.Server.LogEntries.Single(entry => entry.RequestMessage!.Path == path).RequestMessage!;
        Assert.That(request.Headers!["Authorization"], Is.EqualTo(new[] { $"Bearer {RemoteFileService.Token}" }));
        Assert.That(request.Headers["Accept-Encoding"], Is.EqualTo(new[] { "identity" }));
    }

    [Test]
    public async Task A_message_that_is_sent_again_is_a_duplicate_and_fetches_nothing()
    {
        var (source, id, path) = Names();
        var message = Message.New(source, id);
        _service.Serve(path, [1, 2, 3]);
        await _service.UntilStoredAsync(await _service.DeliverAsync(source, id, path, message));

        var again = await _service.Service.DeliverAsync(message);
        var other = await _service.Service.DeliverAsync(message.WithLog(Guid.NewGuid().ToString()));

        Assert.That((again.Outcome, other.Outcome), Is.EqualTo(("duplicate", "unchanged")));
        Assert.That(await _service.QueryAsync(id), Is.EqualTo("AQID"));
        Assert.That(_service.Host.Count(path), Is.EqualTo(1));
    }

    [Test]
    public async Task Versions_that_wait_for_the_same_address_get_the_file_of_one_fetch()
    {
        var (source, id, path) = Names();
        _service.Answer(path, Response.Create().WithStatusCode(404));
        var first = await _service.DeliverAsync(source, id, path);
        await _service.UntilFailedAsync(first, "status");
        var second = await _service.DeliverAsync(source, id, path, Message.New(source, id).With("Media.FileName", "another name"));
        await _service.UntilFailedAsync(second, "status");
        _service.Serve(path, [1, 2, 3]);
        var before = _service.Host.Count(path);

        await _service.RetryAsync(source);

        await _service.UntilStoredAsync(first);
        await _service.UntilStoredAsync(second);
        Assert.That(_service.Host.Count(path) - before, Is.EqualTo(1));
        Assert.That(await _service.QueryAsync(id), Is.EqualTo("AQID"));
    }

    [Test]
    public async Task A_version_that_is_no_longer_current_gets_its_file_as_history()
    {
        var (source, id, path) = Names();
        _service.Answer(path, Response.Create().WithStatusCode(404));
        var delivery = await _service.DeliverAsync(source, id, path);
        await _service.UntilFailedAsync(delivery, "status");
        await _service.Service.DeliverAsync(Message.New(source, id, content: "newer"));
        _service.Serve(path, [1, 2, 3]);

        await _service.RetryAsync(source);

        var file = await _service.UntilStoredAsync(delivery);
        Assert.That(await _service.QueryAsync(id), Is.EqualTo(Convert.ToBase64String("newer"u8)));
        var history = (await _service.Service.AskSupportAsync($"/support/api/documents/{source}/{id}")).Json;
        Assert.That(
            history["versions"]!.Select(
                version => ((string?)version["deliveryId"], (long?)version["contentBytes"], (bool)version["stands"]!)),
            Is.SupersetOf(new (string?, long?, bool)[] { (delivery, null, false), ((string?)file["storedAs"], 3, false) }));
    }

    [Test]
    public async Task A_file_that_another_instance_has_begun_is_continued_by_range()
    {
        var (source, id, path) = Names();
        var file = new byte[600_000];
        Random.Shared.NextBytes(file);
        _service.Answer(path, Response.Create().WithStatusCode(404));
        var delivery = await _service.DeliverAsync(source, id, path);
        await _service.UntilFailedAsync(delivery, "status");
        await _service.BeginElsewhereAsync(path, file.AsMemory(0, 262_144), "\"v1\"", file.Length);
        _service.Serve(path, file[262_144..], response => response.WithStatusCode(206).WithHeader("ETag", "\"v1\"")
            .WithHeader("Content-Range", $"bytes 262144-{file.Length - 1}/{file.Length}"));

        await _service.RetryAsync(source);

        await _service.UntilStoredAsync(delivery);
        Assert.That(await _service.QueryAsync(id), Is.EqualTo(Convert.ToBase64String(file)));
        var request = _service.Host.Server.LogEntries.Last(entry => entry.RequestMessage!.Path == path).RequestMessage!;
        Assert.That(request.Headers!["Range"], Is.EqualTo(new[] { "bytes=262144-" }));
        Assert.That(request.Headers["If-Range"], Is.EqualTo(new[] { "\"v1\"" }));
    }

    [Test]
    public async Task A_file_that_changed_meanwhile_is_fetched_from_its_beginning()
    {
        var (source, id, path) = Names();
        var file = new byte[300_000];
        Random.Shared.NextBytes(file);
        _service.Answer(path, Response.Create().WithStatusCode(404));
        var delivery = await _service.DeliverAsync(source, id, path);
        await _service.UntilFailedAsync(delivery, "status");
        await _service.BeginElsewhereAsync(path, new byte[262_144], "\"v1\"", 500_000);
        _service.Serve(path, file, response => response.WithHeader("ETag", "\"v2\""));

        await _service.RetryAsync(source);

        await _service.UntilStoredAsync(delivery);
        Assert.That(await _service.QueryAsync(id), Is.EqualTo(Convert.ToBase64String(file)));
    }

    [Test]
    public async Task A_FHIR_Media_that_names_a_file_gets_it_as_its_content()
    {
        using var host = new RemoteHost();
        host.Server.Given(Request.Create().WithPath("/picture")).RespondWith(Response.Create().WithBody("picture"));
        await using var fhir = await FhirService.StartAsync(
        [
            .. host.Settings.Select(setting => (setting.Key, setting.Value)),
            ("RemoteFiles:Hosts:0:Host", $"localhost:{host.Port}"), ("RemoteFiles:Hosts:0:Sources:0", "*"),
        ]);
        var media = FhirService.Media(FhirService.NewPatient());
        media["content"] = new JObject { ["contentType"] = "image/jpeg", ["url"] = host.Url("/picture").ToString() };

        var created = await fhir.CreateAsync(media);
        Assert.That(created.Status, Is.EqualTo(201));
        var read = created;
        await Eventually.IsTrueAsync(
            "the Media has another version",
            async () =>
            {
                read = await fhir.GetAsync(created.Headers["Location"].Split("/_history")[0]);
                return read.Headers["ETag"] != created.Headers["ETag"];
            },
            TimeSpan.FromSeconds(20));

        var content = await fhir.GetAsync((string)read.Json["content"]!["url"]!);
        Assert.That(Encoding.UTF8.GetString(content.Body), Is.EqualTo("picture"));
    }

    private static (string Source, string Id, string Path) Names() =>
        (Message.NewSource(), Message.NewDocumentId(), "/" + Guid.NewGuid());
}
