using System.Text;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Intake;
using Redox.Media.Core.Messages;
using Redox.Media.Data.Stores;
using Redox.Media.Tests.Convergence;
using Redox.Media.Tests.Intake;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Data.Stores;

/// <summary>What a group of events has to keep, so that its statement may insert what is new as new.</summary>
[TestFixture, Category("Database")]
public sealed class EventWriterTests
{
    private readonly string _source = Message.NewSource();

    [Test]
    public async Task Events_of_different_documents_are_one_group()
    {
        await using var door = await InnerDoor.OpenAsync();
        await using var session = door.Services.GetRequiredService<EventWriter>().NewSession();
        using var body = Body();

        Assert.That(
            await session.TryWriteAsync([Event(body, "one"), Event(body, "two", replaces: "three")], default),
            Is.EqualTo(new[] { Outcome.Created, Outcome.ReplacedUnknown }));
    }

    [TestCase("one", "three", TestName = "Two_events_of_a_group_must_not_be_about_one_document")]
    [TestCase("two", "one", TestName = "An_event_must_not_replace_the_document_of_another_in_its_group")]
    public async Task Events_of_one_document_are_refused(string second, string secondReplaces)
    {
        await using var door = await InnerDoor.OpenAsync();
        await using var session = door.Services.GetRequiredService<EventWriter>().NewSession();
        using var body = Body();

        Assert.That(
            () => session.TryWriteAsync([Event(body, "one"), Event(body, second, secondReplaces)], default),
            Throws.InvalidOperationException.With.Message.EqualTo("Two events of a group touch the same document."));
    }

    private ReceivedMessage Body() => new ReaderUnderTest().Read(Encoding.UTF8.GetBytes(Message.New(_source, "one").ToString()), bytesPerRead: 4096);

    private DocumentEvent Event(ReceivedMessage body, string documentId, string? replaces = null)
    {
        var document = DocumentKey.Of(_source, documentId);
        return new DocumentEvent
        {
            Kind = replaces is null ? DocumentEventKind.New : DocumentEventKind.Replace,
            Delivery = new Delivery
            {
                Id = DeliveryId.Create(document.Shard, DateTimeOffset.UnixEpoch),
                ReceivedAt = DateTimeOffset.UnixEpoch,
                Speaker = new Speaker.Engine(),
                Meta = MessageMeta.Read(body.Envelope),
                DocumentId = documentId,
                OriginalDocumentId = replaces,
            },
            Facts = DocumentFacts.Read(body.Envelope) with { DocumentId = documentId, OriginalDocumentId = replaces },
            Document = document,
            Original = replaces is null ? null : DocumentKey.Of(_source, replaces),
            EventTime = DateTimeOffset.UnixEpoch,
            Fingerprint = new byte[32],
            AppliedKey = Guid.NewGuid(),
            Message = body,
        };
    }
}
