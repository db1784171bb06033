using System.Net.Http.Headers;
using System.Text;
using Newtonsoft.Json.Linq;
using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.RemoteFiles;

/// <summary>Hosts that break off, or do not go on, in the middle of a file.</summary>
[TestFixture, Category("Database")]
[Parallelizable(ParallelScope.All)]
public sealed class RemoteFileTransferTests
{
    private const int Length = 600_000, Slice = 262_144;

    [Test]
    public async Task A_file_that_is_cut_off_is_continued_at_the_last_whole_slice()
    {
        var bytes = new byte[Length];
        Random.Shared.NextBytes(bytes);
        var file = Encoding.Latin1.GetString(bytes);
        await using var host = new RawHost(
            $"HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nContent-Length: {Length}\r\n\r\n{file[..300_000]}",
            $"HTTP/1.1 206 Partial Content\r\nETag: \"v1\"\r\nContent-Range: bytes {Slice}-{Length - 1}/{Length}\r\n"
                + $"Content-Length: {Length - Slice}\r\n\r\n{file[Slice..]}");
        await using var service = await StartAsync(host);
        var (source, id) = (Message.NewSource(), Message.NewDocumentId());
        var delivery = await DeliverAsync(service, host, source, id);
        await UntilAsync(service, delivery, one => (string?)one["failure"] == "truncated" && !(bool)one["isFetching"]!);

        await RetryAsync(service, host, source);

        var stored = await UntilAsync(service, delivery, one => (string?)one["state"] == "stored");
        Assert.That(stored["lastTries"]!.Select(one => (long)one["bytes"]!), Is.EqualTo(new[] { Length - Slice, 300_000L }));
        var found = (await service.DeliverAsync(Message.Query(id))).Json["Media"]!.Single();
        Assert.That((string?)found["FileContents"], Is.EqualTo(Convert.ToBase64String(bytes)));
    }

    [Test]
    public async Task A_host_that_does_not_go_on_is_left_after_its_time()
    {
        await using var host = new RawHost($"HTTP/1.1 200 OK\r\nContent-Length: {Length}\r\n\r\nthe beginning") { StaysOpen = true };
        await using var service = await StartAsync(host, ("RemoteFiles:SliceTimeout", "00:00:01"));

        var delivery = await DeliverAsync(service, host, Message.NewSource(), Message.NewDocumentId());

        var failed = await UntilAsync(service, delivery, one => (string?)one["failure"] == "timeout");
        Assert.That((int?)failed["status"], Is.EqualTo(200));
    }

    private static Task<RunningService> StartAsync(RawHost host, params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>
        {
            ["Outbound:TrustedCertificates"] = RemoteHost.AuthorityFile, ["Outbound:PrivateHosts:0"] = host.Url.Authority,
            ["RemoteFiles:Hosts:0:Host"] = host.Url.Authority, ["Staff:0:Roles:1"] = "operate",
        };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        return RunningService.StartAsync(settings: all);
    }

    private static async Task<string> DeliverAsync(RunningService service, RawHost host, string source, string id) =>
        (string)(await service.DeliverAsync(Message.New(source, id).With("Media.FileContents", host.Url.ToString()))).Json["DeliveryID"]!;

    private static async Task RetryAsync(RunningService service, RawHost host, string source)
    {
        var answer = await service.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/support/api/remote-files/retry")
        {
            Content = new StringContent(new JObject { ["source"] = source, ["host"] = host.Url.Authority }.ToString()),
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", RunningService.StaffToken) },
        });
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
    }

    private static async Task<JToken> UntilAsync(RunningService service, string delivery, Func<JToken, bool> condition)
    {
        JToken file = new JObject();
        await Eventually.IsTrueAsync(
            "the state of the remote file",
            async () => condition(file = (await service.AskSupportAsync($"/support/api/deliveries/{delivery}")).Json["remoteFile"]!),
            TimeSpan.FromSeconds(20));
        return file;
    }
}
