using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Newtonsoft.Json.Linq;
using NUnit.Framework;
using Redox.Media.Api.Clients;
using Redox.Media.Api.Hosting;
using Redox.Media.Core.Clients;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Hosting;

/// <summary>The command that changes the registry of clients.</summary>
[TestFixture, Category("Database")]
public sealed class ClientsCommandTests
{
    private string _folder = "", _archive = "";
    private RunningService _service = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        Directory.CreateDirectory(_folder = TestDatabase.NewFolder());
        _archive = await TestDatabase.CreateAsync();
        _service = await RunningService.StartAsync(_archive);
    }

    [OneTimeTearDown]
    public async Task Stop() => await _service.DisposeAsync();

    [Test]
    public async Task A_client_is_registered_shown_rotated_and_revoked()
    {
        var id = NewId();

        Assert.That(await RunAsync(Add(id, Key("k1"))), Is.EqualTo((0, $"Registered {id} with the key k1.", "")));
        var (_, shown, _) = await RunAsync(["show", id]);
        Assert.That(shown, Does.Match(
            $"""
            ^ID            {id}
            name          Camera app
            state         active
            registered    \S+ \S+
            source        camera-source
            scopes        system/Media.cruds system/DocumentReference.rs
            visible       camera-source other-source
            max requests  7
            epoch         1
            key           k1, added \S+ \S+, active$
            """));

        Assert.That(
            (await RunAsync(["rotate", id, "--key", Key("k2", TestKeys.Ec)])).Output, Is.EqualTo($"Added the key k2 to {id}."));
        Assert.That(
            (await RunAsync(["rotate", id, "--retire", "k1"])).Output, Is.EqualTo($"Retired the key k1 of {id}, and its tokens."));
        Assert.That((await RunAsync(["show", id])).Output, Does.Contain("epoch         2").And.Match("k1, added .*, retired 20")
            .And.Match("k2, added .*, active"));
        Assert.That((await RunAsync(["list"])).Output.Split('\n'), Has.Some.EqualTo($"{id}\tactive\tcamera-source\tCamera app"));

        Assert.That((await RunAsync(["revoke", id])).Output, Does.StartWith($"Revoked {id}, and its tokens"));
        Assert.That((await RunAsync(["show", id])).Output, Does.Contain("state         revoked 20").And.Contain("epoch         3"));
        Assert.That((await RunAsync(["list"])).Output, Does.Match($"{id}\trevoked 20.*Z\tcamera-source"));
    }

    [Test]
    public async Task Keys_are_rotated_within_two_live_ones_and_a_kid_is_used_once()
    {
        var id = NewId();
        await RunAsync(Add(id, Set("k1", "k2")));

        await AssertRefusedAsync(["rotate", id, "--key", Key("k3")], $"{id} has 2 live keys: name the one to retire");
        await AssertRefusedAsync(["rotate", id, "--key", Key("k2")], $"{id} has or had a key k2: give the new key another kid");
        await AssertRefusedAsync(["rotate", id, "--retire", "k9"], $"{id} has no live key k9");
        Assert.That((await RunAsync(["rotate", id, "--retire", "k1", "--key", Key("k3")])).Output, Is.EqualTo(
            $"Added the key k3 to {id}. Retired the key k1 of {id}, and its tokens."));
        await AssertRefusedAsync(["rotate", id, "--retire", "k1"], $"{id} has no live key k1");
        await AssertRefusedAsync(
            ["rotate", id, "--retire", "k2", "--key", Key("k1")], $"{id} has or had a key k1: give the new key another kid");
        await AssertRefusedAsync(["rotate", id, "--key", Set("k4", "k5")], "more than one key was given: keys are rotated one by one");
    }

    [Test]
    public async Task A_secret_is_made_shown_once_and_rotated_apart_from_keys()
    {
        var id = NewId();
        var (_, added, _) = await RunAsync(["add", id, "--name", "n", "--source", "s", "--secret", "new"]);
        Assert.That(added, Does.Match(
            $"^Registered {id} with the key secret-[0-9a-f]{{8}}.\nThe secret, which is not stored and not shown again: [\\w-]{{43}}$"));
        var secret = added[^43..];
        Assert.That((await RunAsync(["show", id])).Output, Does.Match("secret        secret-[0-9a-f]{8}, added .*, active$")
            .And.Not.Contain(secret));

        Assert.That((await RunAsync(["rotate", id, "--secret", "new"])).Output, Does.StartWith("Added the key secret-"));
        await AssertRefusedAsync(
            ["rotate", id, "--secret", "new"], $"{id} has 2 live secrets: name the one to retire");
        Assert.That((await RunAsync(["rotate", id, "--key", Key("k1")])).Code, Is.EqualTo(0));
        var client = (await _service.Services.GetRequiredService<IClientRegistry>().ReadAsync(default)).Single(one => one.Id == id);
        Assert.That(client.Keys.Count(key => key.SecretDigest?.SequenceEqual(ClientSecret.DigestOf(secret)) == true), Is.EqualTo(1));
    }

    [Test]
    public async Task A_client_is_registered_with_the_address_of_its_keys()
    {
        var (id, url) = (NewId(), "https://keys.example/jwks.json");
        string[] add = ["add", id, "--name", "n", "--source", "s", "--jwks-url"];

        foreach (var wrong in new[] { "http://keys.example/jwks", "keys.example", "https://a:b@keys.example/", "file:///etc/passwd" })
        {
            await AssertRefusedAsync([.. add, wrong], "the JWKS address must be an https URL without a user name");
        }

        Assert.That((await RunAsync([.. add, url, "--key", Key("k1")])).Code, Is.EqualTo(2), "an address or keys");
        Assert.That((await RunAsync([.. add, url])).Output, Is.EqualTo($"Registered {id} with the keys at {url}."));
        Assert.That((await RunAsync(["show", id])).Output, Does.EndWith($"\nJWKS address  {url}"));
        await AssertRefusedAsync(["rotate", id, "--key", Key("k1")], $"{id} has a JWKS address, where its keys are rotated");
        var (registry, now) = (_service.Services.GetRequiredService<IClientRegistry>(), TimeProvider.System.GetUtcNow());
        Assert.That(await registry.RotateAsync(id, null, new ClientKey("k1", now) { Jwk = "{}" }, now, default), Is.False);
        Assert.That((await RunAsync(["revoke", id])).Code, Is.Zero);
    }

    [Test]
    public async Task The_engine_is_registered_with_a_secret()
    {
        var id = NewId();

        Assert.That((await RunAsync(["add-engine", id, "--name", "Redox"])).Output, Does.Match(
            $"^Registered {id} with the key secret-[0-9a-f]{{8}}.\nThe secret, which is not stored and not shown again: [\\w-]{{43}}$"));
        Assert.That((await RunAsync(["show", id])).Output, Does.Contain("source        the Redox engine"));
        Assert.That((await RunAsync(["list"])).Output.Split('\n'), Has.Some.EqualTo($"{id}\tactive\t(engine)\tRedox"));
        Assert.That((await RunAsync(["rotate", id, "--secret", "new"])).Code, Is.EqualTo(0));
        await AssertRefusedAsync(["rotate", id, "--key", Key("k1")], $"{id} is the engine, which has secrets");
    }

    [Test]
    public async Task The_database_itself_takes_no_third_live_key_and_makes_a_change_as_a_whole_or_not_at_all()
    {
        var (id, registry) = (NewId(), _service.Services.GetRequiredService<IClientRegistry>());
        await RunAsync(Add(id, Key("k0")));

        var now = TimeProvider.System.GetUtcNow();
        var added = await Task.WhenAll(Enumerable.Range(1, 6).Select(
            number => registry.RotateAsync(id, null, new ClientKey($"k{number}", now) { Jwk = "{}" }, now, default)));

        Assert.That(added.Count(one => one), Is.EqualTo(1));
        Assert.That(await registry.RotateAsync(id, "k0", new ClientKey("k0", now) { Jwk = "{}" }, now, default), Is.False);
        var client = (await registry.ReadAsync(default)).Single(one => one.Id == id);
        Assert.That((client.LiveKeys.Count(), client.Epoch), Is.EqualTo((2, 1)));
    }

    [Test]
    public async Task An_ID_is_used_once_and_not_beside_a_client_of_the_settings()
    {
        var id = NewId();
        await RunAsync(Add(id, Key("k1")));

        await AssertRefusedAsync(Add(id, Key("k2")), $"{id} is registered already, or was: choose another ID");
        await RunAsync(["revoke", id]);
        await AssertRefusedAsync(Add(id, Key("k2")), $"{id} is registered already, or was: choose another ID");
        await AssertRefusedAsync(Add("app-of-settings", Key("k1")), "app-of-settings is a client of the settings (Clients)");
        await AssertRefusedAsync(["revoke", id], $"{id} is not registered, or revoked already");
        await AssertRefusedAsync(["rotate", id, "--key", Key("k2")], $"{id} is revoked");
        foreach (var verb in new[] { "show", "revoke" })
        {
            Assert.That((await RunAsync([verb, NewId()])).Errors, Does.Contain("is not registered"));
        }
    }

    [Test]
    public async Task Values_that_break_a_rule_and_keys_that_cannot_be_registered_are_refused_by_the_rule()
    {
        var (id, key) = (NewId(), Key("k1"));
        await AssertRefusedAsync(Add("a b", key), "the ID must have 1 to 64 letters, digits, hyphens, underscores or dots");
        await AssertRefusedAsync(["add", id, "--name", " ", "--source", "s", "--key", key], "the name is empty");
        await AssertRefusedAsync(["add", id, "--name", "a\tb", "--source", "s", "--key", key], "the name or a source has a control character");
        await AssertRefusedAsync(
            [.. Add(id, key), "--scope", "everything"], "everything is no scope; valid are SMART scopes such as system/Media.cruds");
        foreach (var number in new[] { "0", "-1", "1000001", "many" })
        {
            await AssertRefusedAsync(
                ["add", id, "--name", "n", "--source", "s", "--key", key, "--max-requests", number],
                "the maximum of requests must be 1 to 1000000 a second");
        }

        var missing = Path.Combine(_folder, "missing");
        await AssertRefusedAsync(Add(id, missing), $"{missing} cannot be read");
        var secret = Write(new JObject(TestKeys.Jwk(TestKeys.Rsa, "k1")) { ["d"] = "AQ" });
        await AssertRefusedAsync(
            Add(id, secret),
            $"{secret} has a private key: register its public part, and replace the key if others may have seen the file");
        await AssertRefusedAsync(Add(id, Set("k1", "k2", "k3")), "a client has at most 2 keys");
        Assert.That((await RunAsync(["show", id])).Code, Is.EqualTo(1));
    }

    [TestCase]
    [TestCase("list", "x")]
    [TestCase("add", "x", "--name", "n", "--source", "s", "--key", "k", "--secret", "new")]
    [TestCase("show")]
    [TestCase("add", "x", "--name", "n", "--source", "s")]
    [TestCase("add", "x", "--name", "n", "--name", "n", "--source", "s", "--key", "k")]
    [TestCase("add", "x", "--name", "n", "--source", "s", "--key", "k", "--other", "o")]
    [TestCase("add-engine", "x")]
    [TestCase("add-engine", "x", "--name", "n", "--scope", "system/Media.c")]
    [TestCase("rotate", "x")]
    [TestCase("rotate", "x", "--secret", "my-own-secret")]
    [TestCase("rotate", "x", "--secret", "new", "--key", "k")]
    [TestCase("remove", "x")]
    public async Task What_is_not_understood_is_2_and_says_where_help_is(params string[] words)
    {
        var (code, output, errors) = await RunAsync(words);

        Assert.That((code, output), Is.EqualTo((2, "")));
        Assert.That(errors, Does.Match("Run \".* clients.* --help\" for what it takes.$").And.Not.Contain("my-own-secret"));
    }

    [Test]
    public async Task It_is_a_command_of_the_program()
    {
        var id = NewId();
        await using var program = ProgramProcess.StartCommand(
            new Dictionary<string, string> { ["ConnectionStrings:Media"] = await ServingDatabase.OfAsync(_archive) },
            ["clients", .. Add(id, Key("k1"))]);

        Assert.That(await program.EndAsync(), Is.EqualTo(0), string.Join('\n', program.Errors));
        Assert.That(program.Output, Is.EqualTo(new[] { $"Registered {id} with the key k1." }));
    }

    private static string NewId() => "app-" + Guid.NewGuid().ToString("N");

    private static string[] Add(string id, string key) =>
    [
        "add", id, "--name", "Camera app", "--source", "camera-source", "--scope", "system/Media.cruds", "--scope",
        "system/DocumentReference.rs", "--visible", "camera-source", "--visible", "other-source", "--max-requests", "7", "--key", key,
    ];

    private string Key(string kid, AsymmetricAlgorithm? key = null) => Write(TestKeys.Jwk(key ?? TestKeys.Rsa, kid));

    private string Set(params string[] kids) =>
        Write(new JObject { ["keys"] = new JArray(kids.Select(kid => TestKeys.Jwk(TestKeys.Rsa, kid))) });

    private string Write(JObject json)
    {
        var file = Path.Combine(_folder, Guid.NewGuid().ToString("N"));
        File.WriteAllText(file, json.ToString());
        return file;
    }

    private async Task AssertRefusedAsync(string[] words, string problem) =>
        Assert.That(await RunAsync(words), Is.EqualTo((1, "", $"Not done: {problem}.")));

    private async Task<(int Code, string Output, string Errors)> RunAsync(string[] words)
    {
        await using var output = new StringWriter { NewLine = "\n" };
        await using var errors = new StringWriter { NewLine = "\n" };
        var changes = new ClientChanges(
            _service.Services.GetRequiredService<IClientRegistry>(), id => id == "app-of-settings", TimeProvider.System);
        var command = new ClientsCommand(_ => Task.CompletedTask, changes, TimeProvider.System, output, errors);
        var code = await CommandLine.RunAsync(
            ["clients", .. words], new CommandHandlers(null!, null!, null!, command.RunAsync), output, errors);
        return (code, output.ToString().TrimEnd(), errors.ToString().TrimEnd());
    }
}
