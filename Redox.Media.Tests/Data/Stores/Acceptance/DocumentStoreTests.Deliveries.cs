using NUnit.Framework;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;
using Redox.Media.Core.Validation;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Data.Stores.Acceptance;

/// <summary>Deliveries that change no document, and the delivery log.</summary>
public sealed partial class DocumentStoreTests
{
    [Test]
    public async Task A_recorded_delivery_is_found_by_each_of_its_IDs()
    {
        var (log, attempt, other) = (Guid.NewGuid().ToString(), Guid.NewGuid().ToString(), Guid.NewGuid().ToString());
        var delivery = NewDelivery() with
        {
            Meta = new MessageMeta { DataModel = "Media", EventType = "New", Source = Source, Logs = [new(log, attempt)],
                MessageId = other },
        };

        await Store.RecordAsync(delivery, Outcome.Refused, [new Violation("Media.FileType", "is required")], raw: null, default);

        foreach (var id in new[] { delivery.Id.ToString(), log, attempt, other })
        {
            var record = (await Store.FindDeliveriesAsync(id, 10, default)).Single();
            Assert.That(record.DeliveryId, Is.EqualTo(delivery.Id), id);
            Assert.That((record.LogId, record.AttemptId, record.Source), Is.EqualTo((log, attempt, Source)));
            Assert.That(record.OtherIds, Is.EqualTo(new[] { other }));
            Assert.That(record.ReceivedAt, Is.EqualTo(delivery.ReceivedAt));
            Assert.That(record.Violations, Is.EqualTo(new[] { new Violation("Media.FileType", "is required") }));
            Assert.That(record.Caller, Is.EqualTo("engine"));
        }
    }

    [Test]
    public async Task Every_outcome_that_a_delivery_can_have_is_stored()
    {
        foreach (var outcome in Enum.GetValues<Outcome>().Except([Outcome.OtherPatient, Outcome.HiddenDocument, Outcome.MovedDocument]))
        {
            var delivery = NewDelivery();

            await Store.RecordAsync(delivery, outcome, [], raw: null, default);

            Assert.That((await RecordAsync(delivery.Id)).Outcome, Is.EqualTo(outcome));
        }
    }

    [Test]
    public async Task A_recorded_body_is_read_back_byte_for_byte()
    {
        foreach (var length in new[] { 10, PooledBytes.SliceBytes, 700_000 })
        {
            var e = New("D-1", 1, new string('x', length));
            await Store.RecordAsync(e.Delivery, Outcome.SetAside, [], e.Message, default);
            using var raw = new MemoryStream();
            await using (var sent = e.Message.OpenRaw())
            {
                await sent.CopyToAsync(raw);
            }

            ByteAssert.AreEqual(await StoredDeliveries.RawBytesAsync(e.Delivery.Id.Value), raw.ToArray(), $"{length}:");
        }
    }

    [Test]
    public async Task A_repeated_record_leaves_one_row()
    {
        var delivery = NewDelivery();

        await Store.RecordAsync(delivery, Outcome.Refused, [], raw: null, default);
        await Store.RecordAsync(delivery, Outcome.Refused, [], raw: null, default);

        Assert.That(await Store.FindDeliveriesAsync(delivery.Meta.LogId!, 10, default), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Any_text_that_JSON_can_carry_is_looked_up_and_returned_as_it_was()
    {
        foreach (var text in new[] { "a\0b", "\ud800 alone", "back\\slash", "🖼", "\\u0000" })
        {
            var (source, documentId, logId, messageId) = (Source + text, "D" + text, Guid.NewGuid() + text, Guid.NewGuid() + text);
            var delivery = NewDelivery() with
            {
                Meta = new MessageMeta { Source = source, Logs = [new(logId, null)], MessageId = messageId }, DocumentId = documentId,
            };

            await Store.RecordAsync(delivery, Outcome.Refused, [new Violation(text, text)], raw: null, default);

            foreach (var id in new[] { logId, messageId })
            {
                var record = (await Store.FindDeliveriesAsync(id, 10, default)).Single();
                Assert.That((record.Source, record.DocumentId, record.LogId), Is.EqualTo((source, documentId, logId)));
                Assert.That(record.OtherIds, Is.EqualTo(new[] { messageId }));
                Assert.That(record.Violations, Is.EqualTo(new[] { new Violation(text, text) }));
            }
        }

        foreach (var text in new[] { "a\0b", "back\\slash", "🖼", "\\u0000" })
        {
            var (source, documentId, logId) = (Source + text, "D" + text, Guid.NewGuid() + text);

            await ApplyAsync(_events.Of(Message.New(source, documentId, At(1)).WithLog(logId)));

            var history = (await Store.FindDocumentAsync(DocumentKey.Of(source, documentId), default))!;
            Assert.That((history.Source, history.DocumentId, history.Versions.Single().LogId), Is.EqualTo((source, documentId, logId)));
        }
    }

    [Test]
    public async Task The_other_attempts_are_those_of_the_same_log_ID_and_source_newest_first()
    {
        var log = Guid.NewGuid().ToString();
        var attempts = new[] { NewDelivery(log), NewDelivery(log), NewDelivery(log) };
        foreach (var delivery in attempts)
        {
            await Store.RecordAsync(delivery, Outcome.Refused, [], raw: null, default);
        }

        var shown = await RecordAsync(attempts[1].Id);

        Assert.That(
            (await Store.OtherAttemptsAsync(shown, 10, default)).Select(other => other.DeliveryId),
            Is.EqualTo(new[] { attempts[2].Id, attempts[0].Id }));
        Assert.That((await Store.OtherAttemptsAsync(shown, 1, default)).Select(other => other.DeliveryId),
            Is.EqualTo(new[] { attempts[2].Id }));
    }

    [Test]
    public async Task A_document_is_shown_with_its_versions_in_event_order()
    {
        await ApplyAsync(New("D-1", 2, "two"));
        await ApplyAsync(New("D-1", 1, "one"));
        await ApplyAsync(Replace("D-1", "D-2", 3));

        var history = (await Store.FindDocumentAsync(DocumentKey.Of(Source, "D-1"), default))!;

        Assert.That((history.State, history.SupersededBy, history.EventTime), Is.EqualTo(("superseded", "D-2", At(3))));
        Assert.That(
            history.Versions.Select(version =>
                (version.State, version.EventTime, version.IsCurrent, version.SupersededBy, version.ContentBytes)),
            Is.EqualTo(new (string, DateTimeOffset, bool, string?, long?)[]
            {
                ("current", At(1), false, null, 3), ("current", At(2), false, null, 3), ("superseded", At(3), true, "D-2", null),
            }));
        Assert.That(
            history.Versions[0].ContentSha256,
            Is.EqualTo(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("one"u8))));
        Assert.That(await Store.FindDocumentAsync(DocumentKey.Of(Source, "D-3"), default), Is.Null);
    }
}
