using System.Net.Http.Headers;
using Newtonsoft.Json.Linq;
using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Support;

/// <summary>The overview of the support API.</summary>
[TestFixture, Category("Database")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
public sealed class OverviewTests
{
    private const string Restricted = "a-restricted-token-01";

    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly string Busy = Message.NewSource();
    private static readonly string Quiet = Message.NewSource();

    private readonly SettableTime _time = new(Noon);

    private RunningService _service = null!;

    [SetUp]
    public async Task Start() => _service = await RunningService.StartAsync(
        await TestDatabase.CreateAsync(),
        new Dictionary<string, string?>
        {
            ["Staff:1:Name"] = "restricted", ["Staff:1:Token"] = Restricted, ["Staff:1:Roles:0"] = "trace", ["Staff:1:Sources:0"] = Quiet,
        },
        _time);

    [TearDown]
    public async Task Stop() => await _service.DisposeAsync();

    [Test]
    public async Task Deliveries_and_their_outcomes_are_counted_over_time_and_by_source()
    {
        await DeliverAsync(Noon.AddHours(-2), Busy, Busy, Quiet);
        await DeliverAsync(Noon.AddMinutes(-5), Busy);
        await _service.DeliverAsync(Message.New(Busy, Message.NewDocumentId()).Without("Media.FileType"));

        var overview = await ReadAsync();

        Assert.That((int)overview["numbers"]!["deliveries"]!, Is.EqualTo(5));
        Assert.That(overview["times"]!.Count(), Is.EqualTo(24));
        var counted = overview["times"]!.Where(time => (int)time["deliveries"]! > 0)
            .Select(time => ((string?)time["at"], (int)time["deliveries"]!, (int?)time["outcomes"]!["set-aside"]));
        Assert.That(counted, Is.EqualTo(new[]
        {
            ("2026-03-02T10:00:00+00:00", 3, default(int?)), ("2026-03-02T11:00:00+00:00", 1, null), ("2026-03-02T12:00:00+00:00", 1, 1),
        }));
        var sources = overview["sources"]!.ToDictionary(source => (string)source["source"]!);
        Assert.That(((int)sources[Busy]["deliveries"]!, (int)sources[Busy]["outcomes"]!["created"]!), Is.EqualTo((4, 3)));
        Assert.That((string?)sources[Busy]["lastReceivedAt"], Is.EqualTo("2026-03-02T12:00:00+00:00"));
        Assert.That((int)sources[Quiet]["deliveries"]!, Is.EqualTo(1));
        Assert.That((long)sources[Quiet]["bodyBytes"]!, Is.GreaterThan((long)sources[Quiet]["contentBytes"]!).And.GreaterThan(0));
        Assert.That((int)overview["events"]!["New"]!, Is.EqualTo(5));
        Assert.That((int)overview["outcomes"]!["set-aside"]!, Is.EqualTo(1));
    }

    [Test]
    public async Task A_body_that_is_declared_as_large_as_can_be_does_not_stop_the_overview()
    {
        using (var connection = await RawConnection.OpenAsync(_service.Address))
        {
            await connection.SendAsync(RawConnection.Head(long.MaxValue));
            Assert.That((await connection.ReadAnswerAsync())?.Status, Is.EqualTo(413));
        }

        await DeliverAsync(Noon.AddMinutes(-5), Busy);

        var overview = await ReadAsync();

        Assert.That(((int)overview["outcomes"]!["too-large"]!, (int)overview["outcomes"]!["created"]!), Is.EqualTo((1, 1)));
    }

    [TestCase(126)]
    [TestCase(125)]
    [TestCase(127)]
    public async Task A_source_that_is_cut_within_an_escaped_character_is_shown(int before)
    {
        var source = new string('s', before) + "\\\0\ud800" + new string('t', 100);
        await DeliverAsync(Noon.AddMinutes(-5), source);

        var overview = await ReadAsync();

        var shown = (string)overview["sources"]!.Single()["source"]!;
        Assert.That(shown, Does.StartWith(new string('s', before)).And.EndWith("…").And.Length.EqualTo(128));
    }

    [Test]
    public async Task Durations_are_shown_as_percentiles_with_the_slowest_source()
    {
        await DeliverAsync(Noon.AddHours(-2), Busy, Quiet);

        var overview = await ReadAsync();

        var duration = overview["duration"]!;
        Assert.That((int)duration["count"]!, Is.EqualTo(2));
        Assert.That((double)duration["p50Milliseconds"]!, Is.GreaterThan(0).And.LessThanOrEqualTo((double)duration["p99Milliseconds"]!));
        Assert.That((string?)overview["numbers"]!["slowestSource"], Is.AnyOf(Busy, Quiet));
    }

    [Test]
    public async Task The_oldest_delivery_that_is_still_set_aside_is_named_however_old_it_is()
    {
        _time.Now = Noon.AddDays(-90);
        await _service.DeliverAsync(Message.New(Busy, Message.NewDocumentId()).Without("Media.FileType"));
        _time.Now = Noon;

        var numbers = (await ReadAsync())["numbers"]!;

        Assert.That(
            ((int)numbers["openSetAside"]!, (string?)numbers["oldestSetAsideAt"], (int)numbers["deliveries"]!),
            Is.EqualTo((1, "2025-12-02T12:00:00+00:00", 0)));
    }

    [Test]
    public async Task A_source_that_is_silent_for_longer_than_usual_is_named()
    {
        for (var day = 8; day > 1; day--)
        {
            await DeliverAsync(Noon.AddDays(-day), Busy, Quiet);
        }

        await DeliverAsync(Noon.AddDays(-1), Busy);

        var silent = (await ReadAsync())["silent"]!.Single();

        Assert.That(((string?)silent["source"], (double)silent["silentHours"]!), Is.EqualTo((Quiet, 48.0)));
        Assert.That((double)silent["usualPauseHours"]!, Is.EqualTo(25.0).Within(0.1));
        Assert.That((int)(await ReadAsync())["numbers"]!["silentSources"]!, Is.EqualTo(1));
    }

    [Test]
    public async Task Staff_see_the_numbers_of_their_own_sources_and_how_many_others_there_are()
    {
        await DeliverAsync(Noon.AddHours(-2), Busy, Busy, Quiet, Message.NewSource());
        await _service.DeliverAsync(Message.New(Busy, Message.NewDocumentId()).Without("Media.FileType"));

        var overview = await ReadAsync(token: Restricted);

        Assert.That((int)overview["hiddenSources"]!, Is.EqualTo(2));
        Assert.That(((int)overview["numbers"]!["deliveries"]!, (int)overview["numbers"]!["openSetAside"]!), Is.EqualTo((1, 0)));
        Assert.That(overview["sources"]!.Select(source => (string?)source["source"]), Is.EqualTo(new[] { Quiet }));
        Assert.That(overview.ToString(), Does.Not.Contain(Busy));
        Assert.That((int)(await ReadAsync())["hiddenSources"]!, Is.Zero);
    }

    [Test]
    public async Task Test_deliveries_are_counted_apart()
    {
        _time.Now = Noon.AddHours(-1);
        await _service.DeliverAsync(Message.New(Busy, Message.NewDocumentId()).With("Meta.Test", true));

        Assert.That((int)(await ReadAsync())["numbers"]!["deliveries"]!, Is.Zero);
        Assert.That((int)(await ReadAsync("?test=true"))["numbers"]!["deliveries"]!, Is.EqualTo(1));
    }

    [Test]
    public async Task An_unknown_window_is_refused() =>
        Assert.That((await _service.AskSupportAsync("/support/api/overview?window=1y")).Status, Is.EqualTo(400));

    private async Task DeliverAsync(DateTimeOffset at, params string[] sources)
    {
        _time.Now = at;
        foreach (var source in sources)
        {
            Assert.That((await _service.DeliverAsync(Message.New(source, Message.NewDocumentId()))).Outcome, Is.EqualTo("created"));
        }

        _time.Now = Noon;
    }

    private async Task<JObject> ReadAsync(string query = "", string token = RunningService.StaffToken)
    {
        var answer = await _service.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/support/api/overview" + query)
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
        });
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return answer.Json;
    }
}
