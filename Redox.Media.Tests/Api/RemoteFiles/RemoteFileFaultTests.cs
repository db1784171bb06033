using System.Security.Cryptography;
using Newtonsoft.Json.Linq;
using NUnit.Framework;
using Redox.Media.Tests.Support;
using WireMock.ResponseBuilders;

namespace Redox.Media.Tests.Api.RemoteFiles;

/// <summary>Hosts that fail, lie, lead elsewhere or come back late; messages that may not have their file fetched; restarts.</summary>
[TestFixture, Category("Database")]
public sealed class RemoteFileFaultTests
{
    private RemoteFileService _service = null!;

    [OneTimeSetUp]
    public async Task Start() => _service = await RemoteFileService.StartAsync(null, ("RemoteFiles:MaxFileBytes", "500000"));

    [OneTimeTearDown]
    public async Task Stop() => await _service.DisposeAsync();

    [TestCase("gone", "status", 410)]
    [TestCase("forbidden", "status", 403)]
    [TestCase("no-content", "status", 204)]
    [TestCase("redirect", "redirect", 302)]
    [TestCase("empty", "empty", 200)]
    [TestCase("too-large", "too-large", 200)]
    [TestCase("wrong-digest", "wrong-digest", 200)]
    [TestCase("compressed", "compressed", 200)] // object stores send what was uploaded compressed like this, whatever is asked for
    [TestCase("part-of-what", "status", 206)]
    public async Task A_host_that_does_not_give_the_file_is_named_with_the_reason(string fault, string failure, int status)
    {
        var (source, id, path) = Names();
        _service.Answer(path, fault switch
        {
            "gone" => Response.Create().WithStatusCode(410),
            "forbidden" => Response.Create().WithStatusCode(403),
            "no-content" => Response.Create().WithStatusCode(204),
            "redirect" => Response.Create().WithStatusCode(302).WithHeader("Location", _service.UrlOf("/elsewhere")),
            "empty" => Response.Create().WithBody(Array.Empty<byte>()),
            "too-large" => Response.Create().WithBody(new byte[500_001]),
            "wrong-digest" => Response.Create().WithBody(new byte[10]).WithHeader("Repr-Digest", $"sha-256=:{Digest([1])}:"),
            "compressed" => Response.Create().WithBody(new byte[10]).WithHeader("Content-Encoding", "gzip"),
            _ => Response.Create().WithStatusCode(206).WithBody(new byte[10]).WithHeader("Content-Range", "bytes 10-19/20"),
        });

        var delivery = await _service.DeliverAsync(source, id, path);

        var file = await _service.UntilFailedAsync(delivery, failure);
        Assert.That((int?)file["status"], Is.EqualTo(status));
        Assert.That((string?)file["state"], Is.EqualTo("waiting"));
        Assert.That(await _service.QueryAsync(id), Is.EqualTo(_service.UrlOf(path)));
        Assert.That(_service.Host.Count("/elsewhere"), Is.Zero);
    }

    [Test]
    public async Task A_digest_that_fits_is_accepted()
    {
        var (source, id, path) = Names();
        _service.Serve(path, [1, 2], response => response.WithHeader("Repr-Digest", $"md5=:AAAA:, sha-256=:{Digest([1, 2])}:"));

        await _service.UntilStoredAsync(await _service.DeliverAsync(source, id, path));
    }

    [Test]
    public async Task A_host_that_says_that_a_file_is_not_compressed_is_believed()
    {
        var (source, id, path) = Names();
        _service.Serve(path, [1, 2], response => response.WithHeader("Content-Encoding", "identity"));

        await _service.UntilStoredAsync(await _service.DeliverAsync(source, id, path));
    }

    [Test]
    public async Task Nothing_is_logged_or_shown_of_an_address_but_its_host()
    {
        var (source, id, path) = Names();
        _service.Answer(path, Response.Create().WithStatusCode(404));

        await _service.UntilFailedAsync(await _service.DeliverAsync(source, id, path), "status");

        Assert.That(_service.Service.Logs.Entries, Has.Some.Contains("files.example").And.None.Contains(path));
    }

    [Test]
    public async Task A_host_outside_the_settings_is_never_asked()
    {
        var (source, id, path) = Names();
        _service.Serve(path, [1]);
        var address = _service.Host.Url(path, "keys.example").ToString();

        var answer = await _service.Service.DeliverAsync(Message.New(source, id).With("Media.FileContents", address));

        Assert.That(answer.Outcome, Is.EqualTo("created"));
        var found = await _service.Service.AskSupportAsync($"/support/api/deliveries/{answer.Json["DeliveryID"]}");
        Assert.That(found.Json["remoteFile"], Is.Null);
        Assert.That(await _service.QueryAsync(id), Is.EqualTo(address));
    }

    [TestCase("http")]
    [TestCase("user:password@")]
    public async Task Only_https_without_a_user_name_is_fetched(string kind)
    {
        var (source, id, path) = Names();
        var address = kind == "http" ? _service.UrlOf(path).Replace("https:", "http:", StringComparison.Ordinal)
            : _service.UrlOf(path).Replace("https://", "https://" + kind, StringComparison.Ordinal);

        var answer = await _service.Service.DeliverAsync(Message.New(source, id).With("Media.FileContents", address));

        var found = await _service.Service.AskSupportAsync($"/support/api/deliveries/{answer.Json["DeliveryID"]}");
        Assert.That((answer.Outcome, found.Json["remoteFile"]), Is.EqualTo(("created", (JToken?)null)));
    }

    [Test]
    public async Task A_client_has_nothing_fetched_unless_its_source_is_named()
    {
        var (trusted, other) = (Message.NewSource(), Message.NewSource());
        await using var service = await RemoteFileService.StartAsync(
            null,
            ("RemoteFiles:Hosts:0:Sources:0", trusted),
            ("Clients:0:Id", "trusted"), ("Clients:0:Secret", "trusted-client-secret-1"), ("Clients:0:SourceId", trusted),
            ("Clients:0:Scopes:0", "system/Media.cruds"),
            ("Clients:1:Id", "other"), ("Clients:1:Secret", "other-client-secret-01"), ("Clients:1:SourceId", other),
            ("Clients:1:Scopes:0", "system/Media.cruds"));
        service.Serve("/file", [1, 2, 3]);

        var own = await service.DeliverAsClientAsync("trusted-client-secret-1", Message.New(trusted, "1"), "/file");
        var foreign = await service.DeliverAsClientAsync("other-client-secret-01", Message.New(other, "1"), "/file");

        await service.UntilStoredAsync(own);
        Assert.That((await service.Service.AskSupportAsync($"/support/api/deliveries/{foreign}")).Json["remoteFile"], Is.Null);
        Assert.That(service.Host.Count("/file"), Is.EqualTo(1));
    }

    [Test]
    public async Task An_address_that_leads_into_the_inner_network_is_not_connected_to()
    {
        await using var service = await RemoteFileService.StartAsync();
        service.Resolver.Answer("files.example", "169.254.169.254");

        var delivery = await service.DeliverAsync(Message.NewSource(), Message.NewDocumentId(), "/file");

        var file = await service.UntilFailedAsync(delivery, "address-not-allowed");
        Assert.That((string?)file["state"], Is.EqualTo("waiting"));
        Assert.That(service.Host.Count("/file"), Is.Zero);
    }

    [Test]
    public async Task A_host_that_is_back_after_an_hour_is_asked_then()
    {
        var time = new SettableTime(TimeProvider.System.GetUtcNow());
        await using var service = await RemoteFileService.StartAsync(time);
        service.Answer("/file", Response.Create().WithStatusCode(404));
        var (source, id) = (Message.NewSource(), Message.NewDocumentId());
        var delivery = await service.DeliverAsync(source, id, "/file");
        var file = await service.UntilFailedAsync(delivery, "status");
        service.Serve("/file", [1, 2, 3]);
        await service.DeliverAsync(source, Message.NewDocumentId(), "/other"); // wakes the worker
        Assert.That((int)(await service.FileAsync(delivery))["tries"]!, Is.EqualTo(1), "it is not due");

        time.Now += TimeSpan.FromHours(1);
        await service.DeliverAsync(source, Message.NewDocumentId(), "/other");

        file = await service.UntilStoredAsync(delivery);
        Assert.That((DateTimeOffset)file["settledAt"]! - (DateTimeOffset)file["firstTriedAt"]!, Is.GreaterThan(TimeSpan.FromMinutes(59)));
    }

    [Test]
    public async Task A_file_is_given_up_after_its_time_and_fetched_when_a_message_names_it_again()
    {
        var time = new SettableTime(TimeProvider.System.GetUtcNow());
        await using var service = await RemoteFileService.StartAsync(time, ("RemoteFiles:GiveUpAfter", "01:00:00"));
        service.Answer("/file", Response.Create().WithStatusCode(404));
        var (source, id) = (Message.NewSource(), Message.NewDocumentId());
        var message = Message.New(source, id);
        var delivery = await service.DeliverAsync(source, id, "/file", message);
        await service.UntilFailedAsync(delivery, "status");
        time.Now += TimeSpan.FromHours(1);
        await service.DeliverAsync(source, Message.NewDocumentId(), "/other");
        await service.UntilAsync(delivery, file => (string?)file["state"] == "failed");

        service.Serve("/file", [1, 2, 3]);
        await service.Service.DeliverAsync(message.WithLog(Guid.NewGuid().ToString()));

        await service.UntilStoredAsync(delivery);
    }

    [Test]
    public async Task Several_instances_fetch_each_file_once_and_one_goes_on_after_another_has_ended()
    {
        await using var service = await RemoteFileService.StartAsync();
        await service.AddInstanceAsync();
        await service.AddInstanceAsync();
        string[] paths = [.. Enumerable.Range(0, 20).Select(i => $"/{i}")];
        var source = Message.NewSource();
        var deliveries = new List<string>();
        foreach (var path in paths)
        {
            service.Serve(path, new byte[300_000], response => response.WithDelay(20));
            deliveries.Add(await service.DeliverAsync(source, Message.NewDocumentId(), path));
        }

        await service.StopInstanceAsync();

        foreach (var delivery in deliveries)
        {
            await service.UntilStoredAsync(delivery);
        }

        // But for the four that the instance was fetching which ended.
        Assert.That(paths.Select(service.Host.Count), Has.All.InRange(1, 2));
        Assert.That(paths.Count(path => service.Host.Count(path) == 2), Is.AtMost(4));
    }

    [Test]
    public async Task A_file_of_an_instance_that_vanished_is_taken_when_its_lease_has_ended()
    {
        var (source, id, path) = Names();
        _service.Answer(path, Response.Create().WithStatusCode(404));
        var delivery = await _service.DeliverAsync(source, id, path);
        await _service.UntilFailedAsync(delivery, "status");
        _service.Serve(path, [1, 2, 3]);
        await _service.LeaseElsewhereAsync(path, TimeSpan.FromHours(1));
        await _service.RetryAsync(source);
        var (_, other, otherPath) = Names();
        _service.Serve(otherPath, [1]);
        await _service.UntilStoredAsync(await _service.DeliverAsync(source, other, otherPath)); // was taken after the first
        Assert.That((string?)(await _service.FileAsync(delivery))["state"], Is.EqualTo("waiting"), "another instance has it");

        await _service.LeaseElsewhereAsync(path, TimeSpan.Zero);
        await _service.RetryAsync(source);

        await _service.UntilStoredAsync(delivery);
    }

    private static string Digest(byte[] file) => Convert.ToBase64String(SHA256.HashData(file));

    private static (string Source, string Id, string Path) Names() =>
        (Message.NewSource(), Message.NewDocumentId(), "/" + Guid.NewGuid());
}
