using System.Text;
using NUnit.Framework;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Validation;
using Redox.Media.Tests.Core.Parsing;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Core.Validation;

[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class MessageValidatorTests
{
    private static readonly DateTimeOffset Arrival = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [TestCase("New")]
    [TestCase("Save")]
    [TestCase("new")]
    public void A_valid_event_has_its_handler_its_fields_and_no_violation(string eventType)
    {
        var message = Validate(Message.New("source", "document").With("Meta.EventType", eventType).ToString(), new Caller.Engine());
        Assert.That(
            (message.Invalid, message.Handler?.EventName, message.Fields?.DocumentId), Is.EqualTo(((Outcome?)null, "New", "document")));
        Assert.That(message.Delivery.Document, Is.EqualTo(DocumentKey.Of("source", "document")));
        Assert.That(message.Delivery.ReceivedAt, Is.EqualTo(Arrival));
    }

    [TestCase("""{"Meta":{"DataModel":"Media","EventType":"Delete"},"Media":{}}""", Outcome.SetAside, Outcome.Refused)]
    [TestCase("""{"Meta":{"DataModel":"Media","EventType":"Unheard"}}""", Outcome.SetAside, Outcome.Refused)]
    [TestCase("""{"Meta":{"DataModel":"Media","EventType":"Query"},"Patients":"all"}""", Outcome.QueryRefused, Outcome.QueryRefused)]
    [TestCase("""{"Meta":{"DataModel":"Media"}}""", Outcome.NotRedox, Outcome.NotRedox)]
    [TestCase("""{"resourceType":"Bundle"}""", Outcome.NotRedox, Outcome.NotRedox)]
    [TestCase("not JSON", Outcome.NotRedox, Outcome.NotRedox)]
    [TestCase("", Outcome.NotRedox, Outcome.NotRedox)]
    public void An_invalid_body_has_the_outcome_of_its_caller(string body, Outcome engine, Outcome client) => Assert.Multiple(() =>
    {
        var (byEngine, byClient) = (Validate(body, new Caller.Engine()), Validate(body, new Caller.Client("app", null)));
        Assert.That((byEngine.Invalid, byClient.Invalid), Is.EqualTo(((Outcome?)engine, (Outcome?)client)));
        Assert.That(byEngine.Violations, Is.Not.Empty);
        Assert.That(byEngine.Violations, Is.EqualTo(byClient.Violations));
    });

    [Test]
    public void A_New_whose_file_is_null_is_invalid()
    {
        var message = Message.New("source", "document");
        message["Media"]!["FileContents"] = null;
        var validated = Validate(message.ToString(), new Caller.Engine());
        Assert.That(validated.Invalid, Is.EqualTo(Outcome.SetAside));
        Assert.That(validated.Violations.Single().Path, Is.EqualTo("Media.FileContents"));
    }

    private static ValidatedMessage Validate(string body, Caller caller)
    {
        IMessageHandler[] handlers =
        [
            .. Enum.GetValues<DocumentEventKind>().Select(kind => new DocumentChangeHandler(kind, null!, null!)),
            new QueryHandler(null!, null!),
        ];
        var validator = new MessageValidator(new HandlerRegistry(handlers), new SchemaCatalog());
        return validator.Validate(new ReaderUnderTest().Read(Encoding.UTF8.GetBytes(body), bytesPerRead: 4096), caller, Arrival);
    }
}
