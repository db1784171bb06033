using NUnit.Framework;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Convergence;

/// <summary>Nothing is overwritten: every version can be listed, in event order, with the delivery that brought it.</summary>
[TestFixture, Category("Database")]
public sealed class DocumentHistoryTests : ArchiveFixture
{
    [Test]
    public async Task Every_version_is_listed_in_event_order_whatever_the_order_of_arrival()
    {
        foreach (var order in Permutations(new[] { 0, 1, 2, 3, 4 }))
        {
            var (a, b) = (Message.NewDocumentId(), Message.NewDocumentId());
            var story = new[]
            {
                Message.New(Source, a, At(0), "one"), Message.New(Source, a, At(1), "two"), Message.Delete(Source, a, At(2)),
                Message.Replace(Source, a, b, At(3)), Message.New(Source, a, At(4), "five"),
            };
            var deliveries = new Guid[story.Length];
            foreach (var i in order)
            {
                deliveries[i] = (await Driver.DeliverAsync(story[i], At(60))).Delivery;
            }

            var versions = (await Store.FindDocumentAsync(DocumentKey.Of(Source, a), default))!.Versions;

            Assert.That(versions.Select(version => version.DeliveryId.Value), Is.EqualTo(deliveries));
            Assert.That(
                versions.Select(version => version.State), Is.EqualTo(new[] { "current", "current", "deleted", "superseded", "current" }));
            Assert.That(versions.Select(version => version.SupersededBy), Is.EqualTo(new[] { null, null, null, b, null }));
            Assert.That(versions.Select(version => version.EventTime), Is.EqualTo(Enumerable.Range(0, 5).Select(At)));
            Assert.That(versions.Select(version => version.LogId), Is.EqualTo(story.Select(message => message.LogId())));
            Assert.That(versions.Select(version => version.IsCurrent), Is.EqualTo(new[] { false, false, false, false, true }));
        }
    }

    [Test]
    public async Task A_stale_versions_content_is_kept()
    {
        await Driver.DeliverAsync(Message.New(Source, "D-1", At(1), "newer"));
        var stale = await Driver.DeliverAsync(Message.New(Source, "D-1", At(0), "older"), At(60));
        await using var command = Database.CreateCommand("select content from document_version where shard_key = $1 and delivery_id = $2");
        command.Parameters.AddWithValue(new Redox.Media.Core.Deliveries.DeliveryId(stale.Delivery).Shard);
        command.Parameters.AddWithValue(stale.Delivery);

        Assert.That(stale.Outcome, Is.EqualTo("stale"));
        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo("older"u8.ToArray()));
    }

    [Test]
    public async Task A_resend_that_says_the_same_makes_no_version_and_still_moves_the_event_time()
    {
        await Driver.DeliverAsync(Message.New(Source, "D-1", At(0)));

        Assert.That(await Driver.DeliverAsync(Message.New(Source, "D-1", At(10))), Is.EqualTo("unchanged"));
        Assert.That(await Driver.DeliverAsync(Message.New(Source, "D-1", At(5), "in between")), Is.EqualTo("stale"));
        var trace = (await Store.FindDocumentAsync(DocumentKey.Of(Source, "D-1"), default))!;
        Assert.That(trace.EventTime, Is.EqualTo(At(10)));
        Assert.That(
            trace.Versions.Select(version => (version.EventTime, version.IsCurrent)), Is.EqualTo(new[] { (At(0), true), (At(5), false) }));
    }
}
