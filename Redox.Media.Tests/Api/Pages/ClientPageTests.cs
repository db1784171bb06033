using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Newtonsoft.Json.Linq;
using Npgsql;
using NUnit.Framework;
using Redox.Media.Core.Clients;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Pages;

/// <summary>Registering clients, changing their keys and revoking them at the pages, over HTTP without a browser.</summary>
[TestFixture, Category("Database")]
public sealed class ClientPageTests
{
    private const string List = "/support/clients", AddPage = List + "/add", EnginePage = List + "/add-engine";

    private const string Registrar = "a-token-for-clients-01", Local = "a-token-for-clients-of-one-source", OwnSource = "own-source";

    private const string Script = "<script>alert(1)</script>\"'";

    private string _archive = "";
    private RunningService _service = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _archive = await TestDatabase.CreateAsync();
        _service = await ConsoleService.StartAsync(
            new Dictionary<string, string?>
            {
                ["Staff:5:Name"] = "registrar", ["Staff:5:Token"] = Registrar, ["Staff:5:Roles:0"] = "clients",
                ["Staff:6:Name"] = "local", ["Staff:6:Token"] = Local, ["Staff:6:Roles:0"] = "clients", ["Staff:6:Sources:0"] = OwnSource,
                ["Clients:0:Id"] = "app-of-settings", ["Clients:0:Secret"] = "a-secret-of-the-settings", ["Clients:0:SourceId"] = "s",
                ["Fhir:BaseUrl"] = "https://media.example",
            },
            connectionString: _archive);
    }

    [OneTimeTearDown]
    public async Task Stop() => await _service.DisposeAsync();

    [Test]
    public async Task A_client_is_registered_given_a_second_key_which_replaces_the_first_and_revoked()
    {
        var id = NewId();
        using var person = await SignInAsync();
        var added = await AddAsync(person, id, Key("k1"), ("scopes", "system/Media.cruds  system/DocumentReference.rs"),
            ("visible", "first-source\r\n second-source \r\n"), ("max-requests", "7"));
        Assert.That((added.Status, added.Location), Is.EqualTo((303, One(id))), added.Text);
        Assert.That((await person.GetAsync(List)).Text, Does.Match($"{id}</a>.*Camera app.*camera-source.*system/Media.cruds.*active"
            .Replace(".*", "[\\s\\S]*", StringComparison.Ordinal)));
        Assert.That(
            Facts(await person.GetAsync(One(id))),
            Is.SupersetOf(new[] { "first-source, second-source", "at most 7 to one instance", "system/Media.cruds system/DocumentReference.rs" }));

        Assert.That((await RotateAsync(person, id, ("key-kind", "key"), ("key", Key("k2")), ("retire", ""))).Status, Is.EqualTo(303));
        Assert.That((await RotateAsync(person, id, ("key-kind", "none"), ("retire", "k1"))).Status, Is.EqualTo(303));
        var client = await FindAsync(id);
        Assert.That(client.LiveKeys.Select(key => key.Id), Is.EqualTo(new[] { "k2" }));
        Assert.That(client.VisibleSources, Is.EqualTo(new[] { "first-source", "second-source" }));

        var revoke = List + "/revoke?id=" + id;
        Assert.That((await person.PostAsync(revoke, await person.GetAsync(revoke))).Location, Is.EqualTo(One(id)));
        Assert.That((await person.GetAsync(One(id))).Text, Does.Contain("badge bad\">revoked").And.Not.Contain("/rotate?"));
        Assert.That((await person.PostAsync(revoke, added)).Status, Is.EqualTo(400), "no form for it");
        Assert.That((await FindAsync(id)).RevokedAt, Is.Not.Null);
    }

    [Test]
    public async Task A_client_with_keys_at_an_address_is_registered_and_gets_no_other_public_key()
    {
        const string Address = "https://keys.example/jwks.json";
        var id = NewId();
        using var person = await SignInAsync();
        var bad = await AddAsync(person, id, "", ("key-kind", "address"), ("jwks-url", "http://keys.example/jwks.json"));
        Assert.That(bad.Text, Does.Contain("the JWKS address must be an https URL").And.Contain("value=\"http://keys.example/jwks.json\""));

        var added = await AddAsync(person, id, "", ("key-kind", "address"), ("jwks-url", Address));

        Assert.That((added.Status, added.Location), Is.EqualTo((303, One(id))), added.Text);
        Assert.That((await FindAsync(id)).JwksUrl, Is.EqualTo(Address));
        Assert.That((await person.GetAsync(One(id))).Text, Does.Contain(Address));
        Assert.That((await person.GetAsync(List + "/rotate?id=" + id)).Text, Does.Not.Contain("Public key as a JWK"));
        var refused = await RotateAsync(person, id, ("key-kind", "key"), ("key", Key("k1")), ("retire", ""));
        Assert.That((refused.Status, refused.Text), Is.EqualTo((409, refused.Text)));
        Assert.That(refused.Text, Does.Contain("has a JWKS address, where its keys are rotated"));
    }

    [Test]
    public async Task A_secret_is_in_the_answer_that_made_it_only()
    {
        var id = NewId();
        using var person = await SignInAsync();
        var form = await person.GetAsync(EnginePage);
        PageAnswer answer = null!;
        var row = (await AuditRows.AddedByAsync(
            _archive, async () => answer = await person.PostAsync(EnginePage, form, ("client", id), ("name", "Redox")))).Single();

        var secret = Regex.Match(answer.Text, "id=\"secret\"[^>]* value=\"([\\w-]{43})\"").Groups[1].Value;
        Assert.That((answer.Status, secret.Length), Is.EqualTo((200, 43)), answer.Text);
        Assert.That((await FindAsync(id)).Keys.Single().SecretDigest, Is.EqualTo(ClientSecret.DigestOf(secret)));
        Assert.That(answer.Headers.CacheControl!.NoStore);
        Assert.That(answer.Headers.TryGetValues("Set-Cookie", out var cookies) ? string.Join(' ', cookies) : "", Does.Not.Contain(secret));
        foreach (var page in new[] { One(id), List, List + "/rotate?id=" + id })
        {
            Assert.That((await person.GetAsync(page)).Text, Does.Not.Contain(secret), page);
        }

        var again = await person.PostAsync(EnginePage, form, ("client", id), ("name", "Redox"));
        Assert.That((again.Status, again.Text), Is.EqualTo((409, again.Text)));
        Assert.That(again.Text, Does.Contain("registered already").And.Not.Contain("id=\"secret\""), "reloading the answer");
        Assert.That(row.ToString(), Does.Contain(id).And.Not.Contain(secret));
        Assert.That(string.Join('\n', _service.Logs.Entries), Does.Not.Contain(secret));
    }

    [Test]
    public async Task Of_two_people_at_once_one_changes_the_keys_and_a_third_live_key_is_refused()
    {
        var (id, page) = (NewId(), "");
        using var first = await SignInAsync();
        using var second = await SignInAsync();
        await AddAsync(first, id, Key("k1"));
        page = List + "/rotate?id=" + id;
        var forms = (await first.GetAsync(page), await second.GetAsync(page));

        Assert.That((await first.PostAsync(page, forms.Item1, ("key-kind", "secret"))).Status, Is.EqualTo(200));
        var late = await second.PostAsync(page, forms.Item2, ("key-kind", "key"), ("key", Key("k2")));
        Assert.That((late.Status, late.Text), Is.EqualTo((409, late.Text)));
        Assert.That(late.Text, Does.Contain("changed since you saw it").And.Contain("&quot;k2&quot;"), "the form is filled");
        Assert.That((await first.PostAsync(page, forms.Item1, ("key-kind", "secret"))).Status, Is.EqualTo(409), "reloading the answer");

        Assert.That((await second.PostAsync(page, late, ("key-kind", "key"), ("key", Key("k2")))).Status, Is.EqualTo(303));
        var third = await RotateAsync(second, id, ("key-kind", "key"), ("key", Key("k3")));
        Assert.That((third.Status, third.Text), Is.EqualTo((409, third.Text)));
        Assert.That(third.Text, Does.Contain("has 2 live keys"));
        Assert.That((await FindAsync(id)).LiveKeys.Count(), Is.EqualTo(3), "two keys and a secret");
    }

    [TestCase("client", "a b", "the ID must have")]
    [TestCase("client", "app-of-settings", "is a client of the settings")]
    [TestCase("name", " ", "the name is empty")]
    [TestCase("name", "a\tb", "has a control character")]
    [TestCase("source", "", "the source is empty")]
    [TestCase("scopes", "everything", "everything is no scope")]
    [TestCase("max-requests", "many", "the maximum of requests must be 1 to 1000000")]
    [TestCase("key", "{}", "the field for keys has a key without a kid")]
    [TestCase("key-kind", "none", "a client needs a key, a secret, or the address of its keys")]
    public async Task What_breaks_a_rule_comes_back_with_the_form_filled(string name, string value, string problem)
    {
        var (id, before) = (NewId(), (await Registry.ReadAsync(default)).Count);
        using var person = await SignInAsync();
        var answer = await AddAsync(person, id, Key("k1"), (name, value));

        Assert.That(answer.Status, Is.AnyOf(400, 409), answer.Text);
        Assert.That(answer.Text, Does.Contain("role=\"alert\"").And.Contain(problem));
        Assert.That(answer.Text, Does.Contain("value=\"camera-source\"").Or.Contain("value=\"Camera app\""));
        Assert.That(await Registry.ReadAsync(default), Has.Count.EqualTo(before));
    }

    [Test]
    public async Task A_private_key_is_refused_and_not_shown_again()
    {
        var id = NewId();
        using var person = await SignInAsync();
        var answer = await AddAsync(person, id, new JObject(TestKeys.Jwk(TestKeys.Rsa, "k1")) { ["d"] = "PRIVATE-CANARY" }.ToString());

        Assert.That((answer.Status, answer.Text), Is.EqualTo((400, answer.Text)));
        Assert.That(answer.Text, Does.Contain("has a private key").And.Contain($"value=\"{id}\"").And.Not.Contain("CANARY"));
    }

    [Test]
    public async Task A_script_in_a_name_or_a_source_is_text_on_every_page()
    {
        var id = NewId();
        using var person = await SignInAsync();
        (string, string)[] scripts = [("name", Script), ("source", Script), ("visible", Script)];
        var refused = await AddAsync(person, id, Key("</textarea>" + Script), [.. scripts, ("scopes", "</textarea>" + Script)]);
        Assert.That((refused.Status, refused.Text), Is.EqualTo((400, refused.Text)));
        Assert.That((await AddAsync(person, id, Key("</option>" + Script), scripts)).Status, Is.EqualTo(303));

        PageAnswer[] pages =
        [
            refused, await person.GetAsync(List), await person.GetAsync(One(id)), await person.GetAsync(List + "/rotate?id=" + id),
            await person.GetAsync(List + "/revoke?id=" + id), await person.GetAsync(List + "/revoke?id=" + Uri.EscapeDataString(Script)),
        ];
        Assert.That(pages.Select(page => page.Text), Has.None.Contain("<script>alert"));
        Assert.That(WebUtility.HtmlDecode(pages[2].Text), Does.Contain(Script));
    }

    [Test]
    public async Task Each_page_and_each_act_is_for_the_role_clients_only()
    {
        var id = NewId();
        using var registrar = await SignInAsync();
        await AddAsync(registrar, id, Key("k1"));
        Assert.That((await registrar.GetAsync(List)).Text, Does.Contain($"href=\"{List}\""));
        using var person = await ConsolePerson.SignInAsync(_service.Address, ConsoleService.Everything);
        var form = await person.GetAsync("/support");
        Assert.That(form.Text, Does.Not.Contain(List));
        string[] acts = [AddPage, EnginePage, List + "/rotate?id=" + id, List + "/revoke?id=" + id];
        foreach (var page in (string[])[List, One(id), .. acts])
        {
            Assert.That((await person.GetAsync(page)).Status, Is.EqualTo(403), page);
        }

        foreach (var act in acts)
        {
            var rows = await AuditRows.AddedByAsync(_archive, async () =>
            {
                var answer = await person.PostAsync(
                    act, form, ("client", NewId()), ("name", "n"), ("source", "s"), ("key-kind", "secret"), ("seen", "1.1"));
                Assert.That(answer.Status, Is.EqualTo(403), act);
            });
            Assert.That(
                rows.Select(row => $"{row.Act} {row.Outcome} {row.Caller}"),
                Is.EqualTo(new[] { "client-change refused staff:everything" }));
        }

        var client = await FindAsync(id);
        Assert.That((client.Keys.Count, client.RevokedAt), Is.EqualTo((1, (DateTimeOffset?)null)));
    }

    [Test]
    public async Task Who_sees_some_sources_registers_and_changes_clients_of_these_only()
    {
        var (theirs, mixed, own) = (NewId(), NewId(), NewId());
        using var registrar = await SignInAsync();
        using var person = await ConsolePerson.SignInAsync(_service.Address, Local);
        await AddAsync(registrar, theirs, Key("k1"));
        await AddAsync(registrar, mixed, Key("k1"), ("source", OwnSource), ("visible", "*"));

        foreach (var (source, visible) in new[] { ("camera-source", ""), (OwnSource, "*"), (OwnSource, OwnSource + "\ncamera-source") })
        {
            var refused = await AddAsync(person, own, Key("k1"), ("source", source), ("visible", visible));
            Assert.That((refused.Status, refused.Text), Is.EqualTo((400, refused.Text)));
            Assert.That(refused.Text, Does.Contain("clients of your own sources only"));
        }

        var engine = await person.PostAsync(EnginePage, await person.GetAsync(EnginePage), ("client", own), ("name", "n"));
        Assert.That(engine.Status, Is.EqualTo(400), engine.Text);
        Assert.That((await AddAsync(person, own, Key("k1"), ("source", OwnSource))).Status, Is.EqualTo(303));
        var list = (await person.GetAsync(List)).Text;
        Assert.That(list, Does.Contain(own).And.Not.Contain(theirs).And.Not.Contain(mixed).And.Contain("that you may not see"));
        foreach (var id in new[] { theirs, mixed })
        {
            Assert.That((await person.GetAsync(One(id))).Status, Is.EqualTo(404));
            Assert.That((await RotateAsync(person, id, ("key-kind", "secret"), ("seen", "1.1"))).Status, Is.EqualTo(404));
            Assert.That((await person.PostAsync(List + "/revoke?id=" + id, await person.GetAsync(List))).Status, Is.EqualTo(404));
        }

        Assert.That((await FindAsync(theirs)).RevokedAt, Is.Null);
    }

    [Test]
    public async Task Without_the_form_of_a_page_nothing_is_changed()
    {
        var id = NewId();
        using var person = await SignInAsync();
        var answer = await person.PostAsync(AddPage, null, ("client", id), ("name", "n"), ("source", "s"), ("key-kind", "secret"));

        Assert.That((answer.Status, answer.Text), Is.EqualTo((400, answer.Text)));
        Assert.That((await Registry.ReadAsync(default)).Any(client => client.Id == id), Is.False);
    }

    [Test]
    public async Task Each_act_leaves_an_audit_row_that_names_the_client_and_what_was_done()
    {
        var id = NewId();
        using var person = await SignInAsync();
        var revoke = List + "/revoke?id=" + id;
        var rows = await AuditRows.AddedByAsync(_archive, async () =>
        {
            await AddAsync(person, id, Key("k1"));
            await AddAsync(person, id, Key("k1"));
            await AddAsync(person, id, Key("k1"), ("scopes", "SECRET-IN-THE-WRONG-FIELD"));
            await RotateAsync(person, id, ("key-kind", "key"), ("key", Key("k2")), ("retire", "k1"));
            await person.PostAsync(revoke, await person.GetAsync(revoke));
            await person.PostAsync(List + "/revoke?id=unknown-app", await person.GetAsync(List));
        });

        var texts = rows.Select(row => $"{row.Act} {row.Outcome} {row.Caller} {row.Role} {row.Criteria} {row.Detail}");
        Assert.That(texts, Is.EquivalentTo(new[]
        {
            $"client-change success staff:registrar clients {id} Registered {id} with the key k1.",
            $"client-change failed staff:registrar clients {id} nothing was changed",
            $"client-change refused staff:registrar clients {id} nothing was changed",
            $"client-change success staff:registrar clients {id} Added the key k2 to {id}. Retired the key k1 of {id}, and its tokens.",
            $"client-change success staff:registrar clients {id} Revoked {id}, and its tokens: within five seconds no instance takes them.",
            "client-change not-found staff:registrar clients unknown-app ",
        }));
    }

    [Test]
    public async Task Nothing_is_changed_while_its_audit_row_cannot_be_written()
    {
        var id = NewId();
        using var person = await SignInAsync();
        var form = await person.GetAsync(AddPage);
        await using var owner = NpgsqlDataSource.Create(_archive);
        var role = new NpgsqlConnectionStringBuilder(await ServingDatabase.OfAsync(_archive)).Username;
        await using (var revoke = owner.CreateCommand($"revoke insert on audit_event from {role}"))
        {
            await revoke.ExecuteNonQueryAsync();
        }

        var answer = await person.PostAsync(
            AddPage, form, ("client", id), ("name", "n"), ("source", "s"), ("key-kind", "key"), ("key", Key("k1")));
        await using (var grant = owner.CreateCommand($"grant insert on audit_event to {role}"))
        {
            await grant.ExecuteNonQueryAsync();
        }

        Assert.That(answer.Status, Is.GreaterThanOrEqualTo(500), answer.Text);
        Assert.That((await Registry.ReadAsync(default)).Any(client => client.Id == id), Is.False);
    }

    [Test]
    public async Task The_interface_lists_and_shows_them_without_secrets()
    {
        var id = NewId();
        using var person = await SignInAsync();
        await AddAsync(person, id, Key("k1"), ("source", OwnSource));
        await RotateAsync(person, id, ("key-kind", "secret"));
        var digest = Convert.ToBase64String((await FindAsync(id)).Keys.Single(key => key.IsSecret).SecretDigest!);

        var list = await AskAsync("/support/api/clients", Registrar);
        Assert.That(list.Text, Does.Contain(id).And.Not.Contain(digest).And.Not.Contain((await FindAsync(id)).PageSecret));
        var shown = (await AskAsync("/support/api/clients/" + id, Local)).Json;
        Assert.That(shown["keys"]!.Select(key => $"{key["id"]} {key["isSecret"]}"), Has.Exactly(2).Items.And.Some.EqualTo("k1 False"));
        Assert.That((await AskAsync("/support/api/clients/unknown-app", Registrar)).Status, Is.EqualTo(404));
        Assert.That((int)(await AskAsync("/support/api/clients", Local)).Json["hidden"]!, Is.EqualTo(
            (await Registry.ReadAsync(default)).Count(client => client.IsEngine || client.SourceId != OwnSource
                || client.VisibleSources.Any(source => source != OwnSource))));
    }

    private IClientRegistry Registry => _service.Services.GetRequiredService<IClientRegistry>();

    private static string NewId() => "app-" + Guid.NewGuid().ToString("N");

    private static string Key(string kid) => TestKeys.Jwk(TestKeys.Ec, kid).ToString();

    private static string One(string id) => $"{List}/client?id={id}";

    private static List<string> Facts(PageAnswer page) =>
        [.. Regex.Matches(page.Text, "<dd>(.*?)</dd>").Select(fact => Regex.Replace(fact.Groups[1].Value, "<[^>]*>", ""))];

    private Task<ConsolePerson> SignInAsync() => ConsolePerson.SignInAsync(_service.Address, Registrar);

    private async Task<RegisteredClient> FindAsync(string id) => (await Registry.ReadAsync(default)).Single(client => client.Id == id);

    private static async Task<PageAnswer> AddAsync(
        ConsolePerson person, string id, string key, params (string Name, string Value)[] changes)
    {
        var fields = new Dictionary<string, string>
        {
            ["client"] = id, ["name"] = "Camera app", ["source"] = "camera-source", ["key-kind"] = "key", ["key"] = key,
        };
        foreach (var (name, value) in changes)
        {
            fields[name] = value;
        }

        return await person.PostAsync(AddPage, await person.GetAsync(AddPage), [.. fields.Select(field => (field.Key, field.Value))]);
    }

    private static async Task<PageAnswer> RotateAsync(ConsolePerson person, string id, params (string, string)[] fields)
    {
        var page = List + "/rotate?id=" + id;
        var form = await person.GetAsync(page);
        return await person.PostAsync(page, form.Status == 200 ? form : await person.GetAsync(List), fields);
    }

    private Task<Answer> AskAsync(string path, string token) => _service.SendAsync(new HttpRequestMessage(HttpMethod.Get, path)
    {
        Headers = { Authorization = new("Bearer", token) },
    });
}
