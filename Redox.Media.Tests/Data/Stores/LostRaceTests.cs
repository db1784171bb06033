using Microsoft.Extensions.DependencyInjection;
using Newtonsoft.Json.Linq;
using NUnit.Framework;
using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Stores;
using Redox.Media.Tests.Convergence;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Data.Stores;

/// <summary>Two writers that do not take the lock of their document: the greater event is current, and each outcome is true.</summary>
[TestFixture, Category("Database")]
public sealed class LostRaceTests : ArchiveFixture
{
    private EventsUnderTest _events = null!;

    [SetUp]
    public void Make_events() => _events = new EventsUnderTest(Driver);

    [TearDown]
    public void Return_their_memory() => _events.Dispose();

    [Test]
    public async Task An_older_event_that_waited_for_a_newer_one_is_stale()
    {
        await Driver.DeliverAsync(Message.New(Source, "D-1", At(0)));

        var (outcome, delivery) = await RaceAsync(
            Message.New(Source, "D-1", At(2), "newer"), Message.New(Source, "D-1", At(1), "older"));

        Assert.That(outcome, Is.EqualTo(Outcome.Stale));
        Assert.That(await ReadAsync("D-1"), Is.EqualTo("newer"));
        Assert.That((await Store.FindDeliveriesAsync(delivery.ToString(), 1, default)).Single().OutcomeName, Is.EqualTo("stale"));
        var versions = (await Store.FindDocumentAsync(DocumentKey.Of(Source, "D-1"), default))!.Versions;
        Assert.That(versions.Select(version => version.EventTime), Is.EqualTo(new[] { At(0), At(1), At(2) }));
        Assert.That(versions.Select(version => version.IsCurrent), Is.EqualTo(new[] { false, false, true }));
    }

    [Test]
    public async Task A_resend_that_waited_for_a_newer_event_is_stale_and_leaves_its_version()
    {
        await Driver.DeliverAsync(Message.New(Source, "D-1", At(0), "same"));

        var (outcome, _) = await RaceAsync(Message.New(Source, "D-1", At(2), "newer"), Message.New(Source, "D-1", At(1), "same"));

        Assert.That(outcome, Is.EqualTo(Outcome.Stale));
        Assert.That(await ReadAsync("D-1"), Is.EqualTo("newer"));
        Assert.That((await Store.FindDocumentAsync(DocumentKey.Of(Source, "D-1"), default))!.Versions, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task A_newer_event_that_waited_for_an_older_one_is_current()
    {
        await Driver.DeliverAsync(Message.New(Source, "D-1", At(0)));

        var (outcome, _) = await RaceAsync(Message.New(Source, "D-1", At(1), "older"), Message.New(Source, "D-1", At(2), "newer"));

        Assert.That(outcome, Is.EqualTo(Outcome.Revised));
        Assert.That(await ReadAsync("D-1"), Is.EqualTo("newer"));
    }

    [Test]
    public async Task A_replace_whose_original_got_a_newer_event_in_the_meantime_is_replaced_stale()
    {
        await Driver.DeliverAsync(Message.New(Source, "D-1", At(0)));

        var (outcome, _) = await RaceAsync(
            Message.New(Source, "D-1", At(2), "newer"), Message.Replace(Source, "D-1", "D-2", At(1), "replacing"));

        Assert.That(outcome.Name(), Is.EqualTo("replaced-stale"));
        Assert.That(await ReadAsync("D-1"), Is.EqualTo("newer"));
        Assert.That(await ReadAsync("D-2"), Is.EqualTo("replacing"));
    }

    /// <summary>The second event finds the row of the document locked by the first, which commits while the second waits.</summary>
    private async Task<(Outcome Outcome, DeliveryId Delivery)> RaceAsync(JObject first, JObject second)
    {
        await using var one = await Database.OpenConnectionAsync();
        await using var oneTransaction = await one.BeginTransactionAsync();
        await ApplyAsync(one, _events.Of(first));

        await using var other = await Database.OpenConnectionAsync();
        await using var otherTransaction = await other.BeginTransactionAsync();
        var e = _events.Of(second);
        var applying = ApplyAsync(other, e);
        await Eventually.HoldsAsync(
            Database, $"select exists (select from pg_locks where pid = {other.ProcessID} and locktype = 'transactionid' and not granted)");
        await oneTransaction.CommitAsync();
        var outcome = await applying;
        await otherTransaction.CommitAsync();
        return (outcome, e.Delivery.Id);
    }

    private static async Task<Outcome> ApplyAsync(NpgsqlConnection connection, DocumentEvent e) => (await DatabaseCall.RunAsync(
        (call, token) => DocumentWriter.ApplyAsync(connection, new EventRow(e), call, token), TimeSpan.FromMinutes(1), TimeProvider.System,
        null, null, CancellationToken.None)).Outcome;
}
