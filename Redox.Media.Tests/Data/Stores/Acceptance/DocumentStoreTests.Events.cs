using NUnit.Framework;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Data.Stores.Acceptance;

/// <summary>Events.</summary>
public sealed partial class DocumentStoreTests
{
    [Test]
    public async Task Each_event_has_the_outcome_of_what_it_changed()
    {
        Assert.That(await ApplyAsync(New("D-1", 1, "one")), Is.EqualTo(Outcome.Created));
        Assert.That(await ApplyAsync(New("D-1", 2, "two")), Is.EqualTo(Outcome.Revised));
        Assert.That(await ApplyAsync(New("D-1", 3, "two")), Is.EqualTo(Outcome.Unchanged));
        Assert.That(await ApplyAsync(New("D-1", 0, "zero")), Is.EqualTo(Outcome.Stale));
        Assert.That(await ApplyAsync(Replace("D-1", "D-2", 4)), Is.EqualTo(Outcome.Replaced));
        Assert.That(await ApplyAsync(Replace("D-8", "D-9", 4)), Is.EqualTo(Outcome.ReplacedUnknown));
        Assert.That(await ApplyAsync(Delete("D-2", 5)), Is.EqualTo(Outcome.Deleted));
        Assert.That(await ApplyAsync(New("D-2", 6)), Is.EqualTo(Outcome.Revived));
        Assert.That(await ApplyAsync(Delete("D-7", 5)), Is.EqualTo(Outcome.DeletedUnknown));
    }

    [Test]
    public async Task The_greatest_event_is_current_in_any_order()
    {
        foreach (var (id, order) in new[] { ("A", new[] { 0, 1, 2 }), ("B", [2, 1, 0]), ("C", [1, 2, 0]), ("D", [2, 0, 1]) })
        {
            foreach (var minute in order)
            {
                await ApplyAsync(New(id, minute, "of minute " + minute));
            }

            Assert.That(await ContentAsync(id), Is.EqualTo("of minute 2"), id);
        }
    }

    [Test]
    public async Task An_applied_event_is_visible_and_its_delivery_recorded_when_the_call_returns()
    {
        var e = New("D-1", 1, "content");

        await ApplyAsync(e);

        Assert.That(await ContentAsync("D-1"), Is.EqualTo("content"));
        var record = await RecordAsync(e.Delivery.Id);
        Assert.That((record.Outcome, record.Source, record.DocumentId, record.EventTime),
            Is.EqualTo((Outcome.Created, Source, "D-1", At(1))));
    }

    [Test]
    public async Task The_same_message_in_another_delivery_is_a_duplicate()
    {
        var message = Message.New(Source, "D-1", At(1));
        await ApplyAsync(_events.Of(message));
        var again = _events.Of(message);

        Assert.That(await ApplyAsync(again), Is.EqualTo(Outcome.Duplicate));
        Assert.That((await RecordAsync(again.Delivery.Id)).Outcome, Is.EqualTo(Outcome.Duplicate));
        Assert.That((await Store.FindDocumentAsync(DocumentKey.Of(Source, "D-1"), default))!.Versions, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_repeated_call_for_one_delivery_has_the_same_outcome_and_changes_nothing()
    {
        var e = New("D-1", 1);

        Assert.That(await ApplyAsync(e), Is.EqualTo(Outcome.Created));
        Assert.That(await ApplyAsync(e), Is.EqualTo(Outcome.Created));
        Assert.That((await Store.FindDeliveriesAsync(e.Delivery.Meta.LogId!, 10, default)).Count, Is.EqualTo(1));
        Assert.That((await Store.FindDocumentAsync(DocumentKey.Of(Source, "D-1"), default))!.Versions, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task An_event_for_another_patient_writes_nothing()
    {
        await ApplyAsync(New("D-1", 1, "of patient 1", "PT-1"));
        var other = New("D-1", 2, "of patient 2", "PT-2");

        Assert.That(await ApplyAsync(other), Is.EqualTo(Outcome.OtherPatient));
        Assert.That(await IsRecordedAsync(other.Delivery.Id), Is.False);
        Assert.That(await ContentAsync("D-1"), Is.EqualTo("of patient 1"));
    }

    [Test]
    public async Task A_file_that_is_stored_in_slices_is_read_back_as_it_was()
    {
        var content = string.Concat(Enumerable.Range(0, 120_000).Select(i => i + " "));

        await ApplyAsync(New("D-1", 1, content));

        Assert.That(await ContentAsync("D-1"), Is.EqualTo(content));
    }

    [Test]
    public async Task Of_concurrent_events_for_one_document_the_greatest_is_current()
    {
        var events = Enumerable.Range(0, 40).Select(minute => New("D-1", minute, "of minute " + minute)).ToArray();

        await Task.WhenAll(events.Select(e => Task.Run(() => ApplyAsync(e))));

        Assert.That(await ContentAsync("D-1"), Is.EqualTo("of minute 39"));
        Assert.That((await Store.FindDocumentAsync(DocumentKey.Of(Source, "D-1"), default))!.Versions, Has.Count.EqualTo(40));
    }
}
