using System.Net.Http.Headers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Configuration;

/// <summary>What is removed from the settings of a running service has no effect any more, whatever else in them is invalid.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class RevocationTests
{
    private const string OneSecret = "first-client-secret-01";
    private const string TwoSecret = "second-client-secret-02";
    private const string NewSecret = "a-new-client-secret-03";
    private const string OtherStaff = "another-staff-token-02";
    private const string NewToken = "a-new-engine-token-02";

    [TestCase("Clients:1:Scopes:1", "no-scope")]
    [TestCase("Clients:1:SourceId", " ")]
    [TestCase("Clients:2:Secret", "short")]
    [TestCase("Redox:InvalidEvents", "no-name")]
    public async Task A_replaced_client_secret_stops_working_beside_an_invalid_value(string key, string invalid)
    {
        await using var service = await StartAsync();
        Assert.That((await ClientAsync(service, OneSecret), await ClientAsync(service, TwoSecret)), Is.EqualTo((200, 200)));

        Reload(service, ("Clients:0:Secret", NewSecret), (key, invalid));

        Assert.That(await ClientAsync(service, OneSecret), Is.EqualTo(401));
        Assert.That(await ClientAsync(service, NewSecret), Is.EqualTo(200));
        Assert.That(await ClientAsync(service, TwoSecret), Is.EqualTo(200), "it is as it was");
        Assert.That(await ClientAsync(service, "short"), Is.EqualTo(401));
    }

    [TestCase("Staff:1:Roles:1", "no-role")]
    [TestCase("Staff:2:Token", "short")]
    public async Task A_replaced_staff_token_stops_working_beside_an_invalid_value(string key, string invalid)
    {
        await using var service = await StartAsync();

        Reload(service, ("Staff:0:Token", "a-new-staff-token-0003"), (key, invalid));

        Assert.That(await StaffAsync(service, RunningService.StaffToken), Is.EqualTo(401));
        Assert.That(await StaffAsync(service, "a-new-staff-token-0003"), Is.EqualTo(404));
        Assert.That(await StaffAsync(service, OtherStaff), Is.EqualTo(404), "it is as it was");
    }

    [TestCase("Staff:1:Sources:0", "one-source")]
    [TestCase("Staff:1:Sources", "one-source")]
    [TestCase("Staff:1:Name", "tests")]
    public async Task Staff_whose_entry_is_invalid_see_no_more_than_before(string key, string value)
    {
        await using var service = await StartAsync();

        Reload(service, (key, value), ("Staff:1:Roles:1", "no-role"));

        var isAsBefore = !key.StartsWith("Staff:1:Sources:", StringComparison.Ordinal);
        Assert.That(await StaffAsync(service, OtherStaff), Is.EqualTo(isAsBefore ? 404 : 401));
        Assert.That(await StaffAsync(service, RunningService.StaffToken), Is.EqualTo(404), "the first is as it was");
    }

    [TestCase("Redox:InvalidEvents", "no-name")]
    [TestCase("Redox:VerificationTokens:1", "short")]
    [TestCase("Redox:VerificationTokens:1", "development-token")]
    public async Task A_replaced_verification_token_stops_working_beside_an_invalid_value(string key, string invalid)
    {
        await using var service = await StartAsync();

        Reload(service, ("Redox:VerificationTokens:0", NewToken), (key, invalid));

        Assert.That(await EngineAsync(service, RunningService.EngineToken), Is.EqualTo(401));
        Assert.That(await EngineAsync(service, NewToken), Is.EqualTo(200));
        Assert.That(await EngineAsync(service, invalid), Is.EqualTo(401));
    }

    [Test]
    public async Task A_right_that_an_invalid_client_no_longer_has_is_not_kept()
    {
        await using var service = await StartAsync();

        Reload(service, ("Clients:0:Scopes:0", "system/Media.c"), ("Clients:0:SourceId", ""));

        Assert.That(await ClientAsync(service, OneSecret), Is.AnyOf(401, 403));
    }

    [TestCase("Query:Timeout", "no-time")]
    [TestCase("Query:Rules:1:VisibleSources:0", "")]
    public async Task A_source_that_is_removed_from_a_query_rule_is_not_seen_beside_an_invalid_value(string key, string invalid)
    {
        var (requester, source, document) = (Message.NewSource(), Message.NewSource(), Message.NewDocumentId());
        await using var service = await StartAsync(
            ("Query:Rules:0:Requester", requester), ("Query:Rules:0:VisibleSources:0", source),
            ("Query:Rules:1:Requester", Message.NewSource()), ("Query:Rules:1:VisibleSources:0", "*"));
        await service.DeliverAsync(Message.New(source, document));
        var query = Message.Query(document).With("Meta.Source.ID", requester);
        Assert.That((await service.DeliverAsync(query)).Text, Does.Contain(document));

        Reload(service, ("Query:Rules:0:VisibleSources:0", Message.NewSource()), (key, invalid));

        var answer = await service.DeliverAsync(query.WithLog(Guid.NewGuid().ToString()));
        Assert.That((answer.Status, answer.Text.Contains("FileContents", StringComparison.Ordinal)), Is.EqualTo((200, false)));
    }

    [Test]
    public async Task An_invalid_query_rule_does_not_give_its_requester_the_rule_of_all_others()
    {
        var (requester, source, document) = (Message.NewSource(), Message.NewSource(), Message.NewDocumentId());
        await using var service = await StartAsync(
            ("Query:Rules:0:Requester", requester), ("Query:Rules:0:VisibleSources:0", Message.NewSource()),
            ("Query:Rules:1:Requester", "*"), ("Query:Rules:1:VisibleSources:0", "*"));
        await service.DeliverAsync(Message.New(source, document));

        Reload(service, ("Query:Rules:0:VisibleSources:0", ""));

        var answer = await service.DeliverAsync(Message.Query(document).With("Meta.Source.ID", requester));
        Assert.That(answer.Text, Does.Not.Contain("FileContents"));
    }

    [Test]
    public async Task A_token_that_another_entry_takes_too_keeps_its_role_and_gets_no_other()
    {
        await using var service = await StartAsync();

        Reload(service, ("Staff:1:Token", RunningService.EngineToken), ("Clients:0:Secret", TwoSecret));

        Assert.That(await EngineAsync(service, RunningService.EngineToken), Is.EqualTo(200));
        Assert.That(await StaffAsync(service, RunningService.EngineToken), Is.AnyOf(401, 403));
        Assert.That(await StaffAsync(service, OtherStaff), Is.EqualTo(401), "it was replaced");
        Assert.That(await ClientAsync(service, TwoSecret), Is.EqualTo(200));
        Assert.That(await ClientAsync(service, OneSecret), Is.EqualTo(401), "it was replaced");
    }

    [TestCase("Redox:VerificationTokens:1", "short", "RedoxSettings")]
    [TestCase("Staff:1:Roles:1", "no-role", "StaffSettings")]
    [TestCase("Clients:1:Scopes:1", "no-scope", "ClientSettings")]
    [TestCase("Query:Timeout", "no-time", "QuerySettings")]
    [TestCase("Fhir:MaxRequestsPerSecond", "0", "FhirSettings")]
    [TestCase("Intake:MaxBodyBytes", "0", "IntakeSettings")]
    public async Task An_invalid_section_is_logged_at_once_and_shown_by_readiness(string key, string invalid, string section)
    {
        await using var service = await StartAsync();
        var before = ((IConfiguration)service.Services.GetRequiredService<IConfiguration>())[key];
        Assert.That((await ReadyAsync(service)).Text, Is.EqualTo("{\"status\":\"ready\"}"));

        Reload(service, (key, invalid));

        Assert.That(service.Logs.Entries.Count(entry => entry.Contains("[1810]") && entry.Contains(section)), Is.EqualTo(1));
        var ready = await ReadyAsync(service);
        Assert.That(
            (ready.Status, (string?)ready.Json["status"], (string?)ready.Json["reason"]),
            Is.EqualTo((200, "ready", "configuration: last known good")));

        Reload(service, (key, before ?? key switch
        {
            "Redox:VerificationTokens:1" => NewToken,
            "Staff:1:Roles:1" => "phi",
            "Query:Timeout" => "00:00:20",
            "Fhir:MaxRequestsPerSecond" => "500",
            "Intake:MaxBodyBytes" => "67108864",
            _ => "system/DocumentReference.read",
        }));
        Assert.That((await ReadyAsync(service)).Text, Is.EqualTo("{\"status\":\"ready\"}"));
    }

    private static Task<RunningService> StartAsync(params (string Key, string Value)[] more)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Staff:1:Name"] = "second", ["Staff:1:Token"] = OtherStaff, ["Staff:1:Roles:0"] = "trace",
        };
        foreach (var (place, secret) in new[] { (0, OneSecret), (1, TwoSecret) })
        {
            settings[$"Clients:{place}:Id"] = "app-" + place;
            settings[$"Clients:{place}:Secret"] = secret;
            settings[$"Clients:{place}:SourceId"] = Message.NewSource();
            settings[$"Clients:{place}:Scopes:0"] = "system/Media.cruds";
        }

        foreach (var (key, value) in more)
        {
            settings[key] = value;
        }

        return RunningService.StartAsync(settings: settings);
    }

    private static void Reload(RunningService service, params (string Key, string Value)[] changes)
    {
        var configuration = (IConfigurationRoot)service.Services.GetRequiredService<IConfiguration>();
        foreach (var (key, value) in changes)
        {
            configuration[key] = value;
        }

        try
        {
            configuration.Reload();
        }
        catch (AggregateException)
        {
            // An options monitor throws the mistake at the caller of Reload, where a file watcher ignores it.
        }
    }

    private static Task<Answer> ReadyAsync(RunningService service) =>
        service.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/health/ready"));

    private static Task<int> ClientAsync(RunningService service, string secret) => BearerAsync(service, "/Media?_count=1", secret);

    private static Task<int> StaffAsync(RunningService service, string token) => BearerAsync(service, "/support/api/deliveries/known-to-none", token);

    private static async Task<int> EngineAsync(RunningService service, string token)
    {
        var answer = await service.SendAsync(
            new HttpRequestMessage(HttpMethod.Get, "/?challenge=c") { Headers = { { "verification-token", token } } });
        return answer.Status;
    }

    private static async Task<int> BearerAsync(RunningService service, string path, string token)
    {
        var answer = await service.SendAsync(new HttpRequestMessage(HttpMethod.Get, path)
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
        });
        return answer.Status;
    }
}
