using System.Net.Http.Headers;
using Newtonsoft.Json.Linq;
using NUnit.Framework;
using Redox.Media.Tests.Support;
using WireMock.ResponseBuilders;

namespace Redox.Media.Tests.Api.RemoteFiles;

/// <summary>A file that could not be fetched for days is a warning in the work list, and staff have it fetched again.</summary>
[TestFixture, Category("Database")]
public sealed class OverdueFileTests
{
    private const string Restricted = "a-restricted-token-03", TraceOnly = "a-trace-only-token-04";

    private const string Api = "/support/api/remote-files";

    private readonly SettableTime _time = new(TimeProvider.System.GetUtcNow());
    private RemoteFileService _service = null!;

    private string HostName => $"files.example:{_service.Host.Port}";

    [OneTimeSetUp]
    public async Task Start() => _service = await RemoteFileService.StartAsync(
        _time,
        ("Console:SecureCookies", "false"),
        ("Staff:1:Name", "restricted"), ("Staff:1:Token", Restricted), ("Staff:1:Roles:0", "trace"), ("Staff:1:Roles:1", "operate"),
        ("Staff:1:Sources:0", Message.NewSource()),
        ("Staff:2:Name", "reader"), ("Staff:2:Token", TraceOnly), ("Staff:2:Roles:0", "trace"));

    [OneTimeTearDown]
    public async Task Stop() => await _service.DisposeAsync();

    [Test]
    public async Task It_is_listed_after_two_days_with_the_reason_and_fetched_again_when_staff_say_so()
    {
        var (source, delivery) = await FailAsync("/first");
        Assert.That(await ListedAsync(source), Is.Empty, "it is young");

        _time.Now += TimeSpan.FromDays(2) + TimeSpan.FromMinutes(1);

        var listed = (await ListedAsync(source)).Single();
        Assert.That(
            ((string?)listed["host"], (string?)listed["failure"], (int?)listed["status"], (int)listed["count"]!,
                (string?)listed["oldestDelivery"]),
            Is.EqualTo((HostName, "status", 404, 1, delivery)));

        _service.Serve("/first", [1]);
        await _service.RetryAsync(source);
        await _service.UntilStoredAsync(delivery);
        Assert.That(await ListedAsync(source), Is.Empty);
    }

    [Test]
    public async Task The_page_of_the_work_list_warns_and_has_it_fetched()
    {
        var (source, delivery) = await FailAsync("/second");
        _time.Now += TimeSpan.FromDays(2) + TimeSpan.FromMinutes(1);
        using var person = await ConsolePerson.SignInAsync(_service.Service.Address, RunningService.StaffToken);

        var page = await person.GetAsync("/support/set-aside");
        Assert.That(page.Text, Does.Contain("Files that could not be fetched").And.Contain(HostName).And.Contain(source)
            .And.Contain("the host refused it (status 404)").And.Not.Contain("/second"));
        var shown = await person.GetAsync($"/support/deliveries/{delivery}");
        Assert.That(shown.Text, Does.Contain("File at another host").And.Contain("the host refused it, status 404")
            .And.Contain($"File: at {HostName}, waiting"));

        _service.Serve("/second", [1]);
        var answer = await person.PostAsync("/support/set-aside/remote-files/retry", page, ("source", source), ("host", HostName));
        Assert.That(answer.Status, Is.EqualTo(303), answer.Text);
        await _service.UntilStoredAsync(delivery);
        Assert.That((await person.GetAsync($"/support/deliveries/{delivery}")).Text, Does.Contain("It was fetched from"));
    }

    [Test]
    public async Task Rights_are_checked_for_each_act_and_other_sources_are_not_disclosed()
    {
        var (source, _) = await FailAsync("/third");
        _time.Now += TimeSpan.FromDays(2) + TimeSpan.FromMinutes(1);

        Assert.That(await ListedAsync(source, Restricted), Is.Empty);
        Assert.That(await ListedAsync(source, TraceOnly), Has.Count.EqualTo(1));
        Assert.That((await RetryAsync(Restricted, Body(source))).Status, Is.EqualTo(404));
        Assert.That((await RetryAsync(TraceOnly, Body(source))).Status, Is.EqualTo(403));
        Assert.That((await RetryAsync(RunningService.StaffToken, Body(Message.NewSource()))).Status, Is.EqualTo(404));
        Assert.That((await RetryAsync(RunningService.StaffToken, [])).Status, Is.EqualTo(400));
        using var reader = await ConsolePerson.SignInAsync(_service.Service.Address, TraceOnly);
        var page = await reader.GetAsync("/support/set-aside");
        Assert.That(page.Text, Does.Contain(source).And.Not.Contain("Try now"));
        var refused = await reader.PostAsync("/support/set-aside/remote-files/retry", page, ("source", source), ("host", HostName));
        Assert.That(refused.Status, Is.EqualTo(403));
    }

    private async Task<(string Source, string Delivery)> FailAsync(string path)
    {
        var source = Message.NewSource();
        _service.Answer(path, Response.Create().WithStatusCode(404));
        var delivery = await _service.DeliverAsync(source, Message.NewDocumentId(), path);
        await _service.UntilFailedAsync(delivery, "status");
        return (source, delivery);
    }

    private async Task<List<JToken>> ListedAsync(string source, string token = RunningService.StaffToken)
    {
        var answer = await _service.Service.SendAsync(new HttpRequestMessage(HttpMethod.Get, Api)
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
        });
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return [.. answer.Json["files"]!.Where(one => (string?)one["source"] == source)];
    }

    private Task<Answer> RetryAsync(string token, JObject body) =>
        _service.Service.SendAsync(new HttpRequestMessage(HttpMethod.Post, Api + "/retry")
        {
            Content = new StringContent(body.ToString()),
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
        });

    private JObject Body(string source) => new() { ["source"] = source, ["host"] = HostName };
}
