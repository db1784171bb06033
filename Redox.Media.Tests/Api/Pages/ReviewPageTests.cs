using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Tests.Api.Support;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Pages;

/// <summary>The page of accesses with a reason: who reviews them, and what is refused.</summary>
[TestFixture, Category("Database")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
public sealed class ReviewPageTests
{
    private const string Address = "/support/audit/reveals";

    private const string Auditor = "a-token-for-audit-0001", Local = "a-token-for-local-0001", OwnSource = "review-page-tests";

    private RunningService _service = null!;

    [SetUp]
    public async Task Start() => _service = await ConsoleService.StartAsync(
        new Dictionary<string, string?>
        {
            ["Staff:5:Name"] = "auditor", ["Staff:5:Token"] = Auditor, ["Staff:5:Roles:0"] = "audit",
            ["Staff:6:Name"] = "local", ["Staff:6:Token"] = Local, ["Staff:6:Roles:0"] = "audit", ["Staff:6:Sources:0"] = OwnSource,
        },
        connectionString: await TestDatabase.CreateAsync());

    [TearDown]
    public async Task Stop() => await _service.DisposeAsync();

    [Test]
    public async Task Accesses_with_a_reason_are_listed_by_person_and_day()
    {
        await LogAsync("staff:d.petrov", "ticket 1", "ticket 2");
        await LogAsync("staff:m.okafor", "wrong patient");
        var day = TimeProvider.System.GetUtcNow().ToString("d MMM yyyy", CultureInfo.InvariantCulture);
        using var person = await ConsolePerson.SignInAsync(_service.Address, Auditor);

        var page = await person.GetAsync(Address);

        Assert.That(
            Regex.Matches(page.Text, "<h2>.*?</h2>").Select(one => WebUtility.HtmlDecode(Regex.Replace(one.Value, "<[^>]*>", ""))),
            Is.EqualTo(new[]
            {
                $"staff:m.okafor · {day}: 1 access", $"staff:d.petrov · {day}: 2 accesses",
            }));
        Assert.That(page.Text, Does.Contain(">ticket 2<").And.Contain("opened a message"));
    }

    [Test]
    public async Task A_review_is_noted_with_the_reviewer_and_the_time()
    {
        await LogAsync("staff:d.petrov", "ticket 1", "ticket 2");
        using var person = await ConsolePerson.SignInAsync(_service.Address, Auditor);

        var sent = await person.PostAsync(Address, await person.GetAsync(Address));

        Assert.That((sent.Status, sent.Location), Is.EqualTo((303, Address + "?done=2")));
        var waiting = await person.GetAsync(sent.Location!);
        Assert.That(waiting.Text, Does.Contain("2 accesses are noted as reviewed by you.").And.Contain("Nothing awaits its review."));
        var reviewed = await person.GetAsync(Address + "?show=reviewed");
        Assert.That(reviewed.Text, Does.Match("(?s)ticket 1.*by auditor").And.Match("(?s)ticket 2.*<time[^>]*>[^<]*</time> by auditor"));
    }

    [Test]
    public async Task The_first_reviewer_of_an_access_stays()
    {
        await LogAsync("staff:d.petrov", "ticket 1");
        using var first = await ConsolePerson.SignInAsync(_service.Address, Auditor);
        using var second = await ConsolePerson.SignInAsync(_service.Address, ConsoleService.Everything);
        var (page, other) = (await first.GetAsync(Address), await second.GetAsync(Address));
        await first.PostAsync(Address, page);

        var sent = await second.PostAsync(Address, other);

        Assert.That(sent.Location, Is.EqualTo(Address + "?done=0"));
        Assert.That((await second.GetAsync(Address + "?show=reviewed")).Text, Does.Contain("by auditor").And.Not.Contain("by everything"));
    }

    [Test]
    public async Task Nobody_reviews_accesses_of_their_own()
    {
        await LogAsync("staff:everything", "ticket 1");
        using var person = await ConsolePerson.SignInAsync(_service.Address, ConsoleService.Everything);
        using var other = await ConsolePerson.SignInAsync(_service.Address, Auditor);
        var page = await person.GetAsync(Address);
        Assert.That(page.Text, Does.Contain("These are yours: another person reviews them.").And.Not.Contain("<button>Reviewed"));
        var accesses = Regex.Match((await other.GetAsync(Address)).Text, "name=\"accesses\" value=\"([^\"]*)\"").Groups[1].Value;

        var sent = await person.PostAsync(Address, page, ("accesses", accesses));

        Assert.That((sent.Status, sent.Text.Contains("Nobody reviews accesses of their own")), Is.EqualTo((403, true)));
        Assert.That((await other.GetAsync(Address)).Text, Does.Contain("ticket 1"));
        var refusals = await other.GetAsync("/support/audit?who=staff%3Aeverything&outcome=8");
        Assert.That(refusals.Text, Does.Contain("was refused: read the audit"));
    }

    [Test]
    public async Task Accesses_of_sources_that_a_person_may_not_see_are_counted_and_not_reviewed()
    {
        var delivery = (await _service.DeliverAsync(Message.New(Message.NewSource(), Message.NewDocumentId()))).DeliveryId();
        await _service.Services.GetRequiredService<IAuditLog>().RecordAsync(
            AuditService.Event(AuditAct.Payload, caller: "staff:d.petrov") with
            {
                Reason = "ticket 1", DeliveryIds = [new DeliveryId(delivery)],
            },
            default);
        using var local = await ConsolePerson.SignInAsync(_service.Address, Local);
        using var other = await ConsolePerson.SignInAsync(_service.Address, Auditor);
        var page = await local.GetAsync(Address);
        Assert.That(page.Text, Does.Contain("1 access more that you may not see.").And.Not.Contain("ticket 1"));
        var accesses = Regex.Match((await other.GetAsync(Address)).Text, "name=\"accesses\" value=\"([^\"]*)\"").Groups[1].Value;

        var sent = await local.PostAsync(Address, page, ("accesses", accesses));

        Assert.That(sent.Location, Is.EqualTo(Address + "?done=0"));
        Assert.That((await other.GetAsync(Address)).Text, Does.Contain("ticket 1"));
    }

    [Test]
    public async Task Older_accesses_are_on_pages_of_their_own()
    {
        await LogAsync("staff:d.petrov", [.. Enumerable.Range(0, 105).Select(at => "ticket " + at)]);
        using var person = await ConsolePerson.SignInAsync(_service.Address, Auditor);

        var first = await person.GetAsync(Address);
        var older = Regex.Match(first.Text, "href=\"([^\"]*)\" rel=\"next\"").Groups[1].Value;
        var second = await person.GetAsync(WebUtility.HtmlDecode(older));

        Assert.That(
            (Regex.Count(first.Text, "data-name=\"Reason\""), Regex.Count(second.Text, "data-name=\"Reason\"")), Is.EqualTo((100, 5)));
    }

    [Test]
    public async Task A_revealed_message_awaits_its_review()
    {
        var delivery = (await _service.DeliverAsync(Message.New(Message.NewSource(), Message.NewDocumentId()).Without("Media.FileType")))
            .DeliveryId();
        using var viewer = await ConsolePerson.SignInAsync(_service.Address, ConsoleService.Phi);
        var address = "/support/deliveries/" + delivery;
        await viewer.PostAsync("/support/sessions/reveal", await viewer.GetAsync(address), ("choice", "Quality check"));
        await viewer.GetAsync(address);
        using var person = await ConsolePerson.SignInAsync(_service.Address, Auditor);

        Assert.That((await person.GetAsync(Address)).Text, Does.Contain("staff:phi").And.Contain("Quality check"));
    }

    private async Task LogAsync(string caller, params string[] reasons)
    {
        var log = _service.Services.GetRequiredService<IAuditLog>();
        foreach (var reason in reasons)
        {
            await log.RecordAsync(AuditService.Event(AuditAct.Payload, caller: caller) with { Reason = reason }, default);
        }
    }
}
