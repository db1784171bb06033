using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Security;

/// <summary>Tokens that others know or can guess stop the start outside Development.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed partial class TokenRulesTests
{
    private const string Client = "Clients:0:Secret";
    private const string Staff = "Staff:1:Token";
    private const string Engine = "Redox:VerificationTokens:1";

    private static readonly Dictionary<string, string?> Entries = new()
    {
        ["Clients:0:Id"] = "app",
        ["Clients:0:SourceId"] = "app-source",
        ["Clients:0:Scopes:0"] = "system/Media.cruds",
        ["Staff:1:Name"] = "second",
        ["Staff:1:Roles:0"] = "trace",
    };

    [TestCase(Engine)]
    [TestCase(Staff)]
    [TestCase(Client)]
    public async Task A_published_token_stops_the_start(string key)
    {
        var published = Documentation().SelectMany(text => Published().Matches(text))
            .Select(match => match.Groups["token"].Value).ToHashSet();
        Assert.That(published, Has.Count.GreaterThan(3).And.Contain("development-token"));
        foreach (var token in published)
        {
            Assert.That(await ReasonAsync((key, token)), Does.Contain(key), token);
        }
    }

    [TestCase("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [TestCase("1234567123456712345671234567")]
    [TestCase("0000-0000-0000-0000-0001")]
    public async Task A_token_of_few_different_characters_stops_the_start(string token)
    {
        foreach (var key in new[] { Engine, Staff, Client })
        {
            Assert.That(await ReasonAsync((key, token)), Is.EqualTo($"{key} has fewer than 8 different characters"));
        }
    }

    [TestCase(Engine, Staff)]
    [TestCase(Engine, Client)]
    [TestCase(Staff, Client)]
    [TestCase("Redox:VerificationTokens:1", "Redox:VerificationTokens:2")]
    [TestCase("Staff:1:Token", "Staff:0:Token")]
    public async Task One_value_in_two_entries_stops_the_start(string one, string other)
    {
        var reason = await ReasonAsync((one, "one-value-for-two-01"), (other, " one-value-for-two-01\n"));

        Assert.That(reason, Does.Contain("is also the value of another entry"));
        Assert.That(reason, Does.Not.Contain("one-value"));
    }

    [Test]
    public async Task White_space_around_a_token_does_not_count()
    {
        await using var service = await RunningService.StartAsync(settings: new Dictionary<string, string?>(Entries)
        {
            [Engine] = "engine-token-of-a-file\n",
            [Staff] = " staff-token-of-a-file\r\n",
            [Client] = "\tclient-token-of-a-file \n",
        });

        var challenge = new HttpRequestMessage(HttpMethod.Get, "/?challenge=c");
        challenge.Headers.Add("verification-token", "engine-token-of-a-file");
        Assert.That((await service.SendAsync(challenge)).Status, Is.EqualTo(200));
        Assert.That(await StatusAsync(service, "/support/api/deliveries/x", "staff-token-of-a-file"), Is.EqualTo(404));
        Assert.That(await StatusAsync(service, "/Media?_count=1", "client-token-of-a-file"), Is.EqualTo(200));
    }

    [Test]
    public async Task In_Development_a_short_token_and_a_published_one_may_be_used()
    {
        await using var service = await RunningService.StartAsync(
            settings: new Dictionary<string, string?>(Entries) { [Engine] = "short", [Staff] = "development-support", [Client] = "aaaa" },
            environment: "Development");

        Assert.That(await StatusAsync(service, "/support/api/deliveries/x", "development-support"), Is.EqualTo(404));
    }

    private static async Task<int> StatusAsync(RunningService service, string path, string token)
    {
        var answer = await service.SendAsync(new HttpRequestMessage(HttpMethod.Get, path)
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
        });
        return answer.Status;
    }

    // Why it does not start; null when it does.
    private static async Task<string?> ReasonAsync(params (string Key, string Token)[] tokens)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Redox:VerificationTokens:1"] = "an-engine-token-000001", ["Staff:1:Token"] = "a-staff-token-00000001",
            ["Clients:0:Secret"] = "a-client-token-0000001",
        };
        foreach (var (key, value) in Entries.Concat(tokens.Select(one => KeyValuePair.Create(one.Key, (string?)one.Token))))
        {
            settings[key] = value;
        }

        try
        {
            await using var service = await RunningService.StartAsync(settings: settings);
            return null;
        }
        catch (OptionsValidationException invalid)
        {
            return string.Join("; ", invalid.Failures);
        }
        catch (AggregateException several)
        {
            return string.Join("; ", several.InnerExceptions.OfType<OptionsValidationException>().SelectMany(one => one.Failures));
        }
    }

    private static IEnumerable<string> Documentation() =>
        new[] { "README.md", "SECURITY.md" }.Select(DocumentationFile.Read)
            .Concat(DocumentationFile.ReadAll("docs", "*.md")).Concat(DocumentationFile.ReadAll("schemas", "*.json"));

    // A token where an example sends or configures it.
    [GeneratedRegex(
        """(?:verification-token"?[:=] ?"?|Bearer |VerificationTokens(?:__|:)\d+=|Secret=|Token=|"(?:Secret|Token)": ")(?<token>[\w-]{16,}|…[^"]+…)""")]
    private static partial Regex Published();
}
