using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using NUnit.Framework;
using Redox.Media.Api.Configuration;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Configuration;

/// <summary>Each mistake in the settings is reported by its key and without its value.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class SettingsValidationTests
{
    private const string LongToken = "test-long-enough-01";
    private const string ShortToken = "canary-short";

    [Test]
    public void Valid_settings_have_no_failures()
    {
        Assert.That(Failures(new RedoxSettings { VerificationTokens = [LongToken] }), Is.Empty);
        Assert.That(
            Failures(new StaffSettings { Members = [new StaffMember { Name = "a", Token = LongToken, Roles = ["trace"] }] }), Is.Empty);
        Assert.That(Failures(new StaffSettings()), Is.Empty);
        Assert.That(Failures(Clients(Client())), Is.Empty);
        Assert.That(Failures(Rules(Rule("*", "*"), Rule("a", "b", "c"))), Is.Empty);
        Assert.That(Failures(new QuerySettings()), Is.Empty);
        Assert.That(Failures(new FhirSettings { BaseUrl = "https://fhir.example/base" }), Is.Empty);
    }

    [Test]
    public void The_engine_needs_a_token() => AssertFailures(Failures(new RedoxSettings()), "Redox:VerificationTokens:0 is not set");

    [TestCase(null, "Production", "Redox:VerificationTokens:1 is empty")]
    [TestCase(" ", "Production", "Redox:VerificationTokens:1 is empty")]
    [TestCase(ShortToken, "Production", "Redox:VerificationTokens:1 has fewer than 16 characters")]
    [TestCase(ShortToken, "Development", null)]
    public void A_token_has_at_least_16_characters_outside_Development(string? token, string environment, string? expected) =>
        AssertFailures(Failures(new RedoxSettings { VerificationTokens = [LongToken, token!] }, environment), expected);

    [Test]
    public void InvalidEvents_has_one_of_its_names() => AssertFailures(
        Failures(new RedoxSettings { VerificationTokens = [LongToken], InvalidEvents = (InvalidEvents)7 }),
        "Redox:InvalidEvents must be SetAside or Reject");

    [Test]
    public void A_staff_member_has_a_name_and_existing_roles() => AssertFailures(
        Failures(new StaffSettings { Members = [new StaffMember { Token = LongToken, Roles = ["canary", "phi"] }] }),
        "Staff:0:Name", "Staff:0:Roles");

    [Test]
    public void Two_members_of_staff_differ_in_their_name() => AssertFailures(
        Failures(new StaffSettings { Members = [Member("canary"), Member("b"), Member("Canary")] }),
        "Staff:0:Name is the same", "Staff:2:Name is the same");

    [Test]
    public void The_sources_of_staff_are_a_list_of_texts_that_are_not_empty()
    {
        var members = new StaffSettings { Members = [Member("a"), Member("b", "canary", " "), Member("c", "*")] };
        AssertFailures(
            Failures(members, entries: [("Staff:3:Name", "a"), ("Staff:4:Sources:0", "canary"), ("Staff:5:Sources", "canary")]),
            "Staff:1:Sources:1 is empty", "Staff:2:Sources is a text and must be a list");
    }

    [TestCase("", "Clients:0:Id must have")]
    [TestCase("canary/canary", "Clients:0:Id must have")]
    [TestCase("a.b-c_9", null)]
    public void A_client_ID_has_plain_characters(string id, string? expected) => AssertFailures(Failures(Clients(Client(id))), expected);

    [Test]
    public void Two_clients_differ_in_ID_and_secret() => AssertFailures(
        Failures(Clients(Client(), Client())),
        "Clients:0:Id is the same", "Clients:0:Secret is the same", "Clients:1:Id is the same", "Clients:1:Secret is the same");

    [Test]
    public void A_client_has_a_source() => AssertFailures(Failures(Clients(Client(source: ""))), "Clients:0:SourceId is not set");

    [TestCase("system/Media.cruds", null)]
    [TestCase("user/Media.read", null)]
    [TestCase("system/*.*", null)]
    [TestCase("patient/Media.read", "Clients:0:Scopes")]
    [TestCase("system/Media.sdc", "Clients:0:Scopes")]
    [TestCase("canary", "Clients:0:Scopes")]
    public void A_scope_is_a_SMART_scope(string scope, string? expected) =>
        AssertFailures(Failures(Clients(Client(scope: scope))), expected);

    [TestCase("canary")]
    [TestCase("/fhir")]
    [TestCase("ftp://canary/fhir")]
    public void The_base_URL_is_absolute(string url) => AssertFailures(Failures(new FhirSettings { BaseUrl = url }), "Fhir:BaseUrl");

    [TestCase("")]
    [TestCase(" ")]
    [TestCase(null)]
    public void A_query_rule_has_a_requester(string? requester) =>
        AssertFailures(Failures(Rules(Rule(requester!, "canary"), Rule("canary", "*"))), "Query:Rules:0:Requester is not set");

    [Test]
    public void Two_query_rules_differ_in_their_requester() => AssertFailures(
        Failures(Rules(Rule("canary", "*"), Rule("CANARY", "*"), Rule("canary", "a"))),
        "Query:Rules:0:Requester is the same", "Query:Rules:2:Requester is the same");

    [Test]
    public void A_query_rule_names_its_sources() => AssertFailures(
        Failures(Rules(Rule("*"), Rule("canary", "canary", " ", null!))),
        "Query:Rules:0:VisibleSources:0 is not set", "Query:Rules:1:VisibleSources:1 is empty", "Query:Rules:1:VisibleSources:2 is empty");

    [TestCase(null, "Production", "KeyEncryption:Keys:0 is not set")]
    [TestCase(null, "Development", "KeyEncryption:Keys:0 is not set")] // the default is added before
    [TestCase("canary", "Development", "KeyEncryption:Keys:0 must be 32 bytes in Base64")]
    [TestCase("Y2FuYXJ5IGNhbmFyeSBjYW5hcnkgY2FuYXJ5", "Production", "KeyEncryption:Keys:0 must be 32 bytes in Base64")] // 27
    [TestCase("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "Production", "KeyEncryption:Keys:0 has fewer than 12 different bytes")]
    [TestCase(" " + RunningService.KeyEncryptionKey + "\n", "Production", null)]
    [TestCase("development", "Development", null)]
    [TestCase("development", "Production", "KeyEncryption:Keys:0 is the key of Development")]
    public void A_key_that_encrypts_keys_is_32_random_bytes(string? key, string environment, string? expected)
    {
        string[] keys = key is null ? [] : [key == "development" ? KeyEncryptionSettings.DevelopmentKey : key];
        AssertFailures(Failures(new KeyEncryptionSettings { Keys = keys }, environment), expected);
    }

    [Test]
    public void Two_keys_that_encrypt_keys_differ() => AssertFailures(
        Failures(new KeyEncryptionSettings { Keys = [RunningService.KeyEncryptionKey, " " + RunningService.KeyEncryptionKey] }),
        "KeyEncryption:Keys:0 is also the value", "KeyEncryption:Keys:1 is also the value");

    [Test]
    public void Connections_to_remote_hosts_have_hosts_and_a_file_of_certificates()
    {
        AssertFailures(Failures(new OutboundSettings { PrivateHosts = ["files.example:8443", "::1", "[::1]", "10.0.0.1"] }),
            "Outbound:PrivateHosts:1 must be a host");
        AssertFailures(Failures(new OutboundSettings { TrustedCertificates = RemoteHost.AuthorityFile }));
        foreach (var file in new[] { "/canary", "/", typeof(SettingsValidationTests).Assembly.Location })
        {
            AssertFailures(Failures(new OutboundSettings { TrustedCertificates = file }), "Outbound:TrustedCertificates must be a PEM file");
        }
    }

    private static StaffMember Member(string name, params string[] sources) =>
        new() { Name = name, Token = LongToken, Roles = ["audit"], Sources = sources };

    private static QueryRuleSettings Rule(string requester, params string[] visibleSources) =>
        new() { Requester = requester, VisibleSources = visibleSources };

    private static QuerySettings Rules(params QueryRuleSettings[] rules) => new() { Rules = rules };

    private static ClientApp Client(string id = "app", string source = "source", string scope = "system/Media.read") =>
        new() { Id = id, Secret = LongToken, SourceId = source, Scopes = [scope] };

    private static ClientSettings Clients(params ClientApp[] clients) => new() { Apps = clients };

    private static string[] Failures(object settings, string environment = "Production", params (string Key, string? Value)[] entries)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(entries.Select(entry => KeyValuePair.Create(entry.Key, entry.Value))).Build();
        var stub = new StubEnvironment { EnvironmentName = environment };
        var tokens = new TokenRules(stub, new ConfigurationBuilder().Build());
        var result = settings switch
        {
            RedoxSettings redox => new SettingsValidation(tokens, configuration).Validate(null, redox),
            StaffSettings staff => new SettingsValidation(tokens, configuration).Validate(null, staff),
            KeyEncryptionSettings keys => new KeyEncryptionValidation(stub).Validate(null, keys),
            OutboundSettings outbound => new OutboundValidation().Validate(null, outbound),
            QuerySettings query => new QueryRuleValidation().Validate(null, query),
            ClientSettings clients => new ClientValidation(tokens).Validate(null, clients),
            _ => new ClientValidation(tokens).Validate(null, (FhirSettings)settings),
        };
        return [.. result.Failures ?? []];
    }

    private static void AssertFailures(string[] failures, params string?[] beginnings)
    {
        var expected = beginnings.OfType<string>().ToArray();
        Assert.That(failures, Has.Length.EqualTo(expected.Length), string.Join(Environment.NewLine, failures));
        Assert.That(failures.Zip(expected).Where(pair => !pair.First.StartsWith(pair.Second, StringComparison.Ordinal)), Is.Empty);
        Assert.That(string.Concat(failures), Does.Not.Contain("canary"));
    }

    private sealed class StubEnvironment : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = "";

        public string ApplicationName { get; set; } = "";

        public string ContentRootPath { get; set; } = "";

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
