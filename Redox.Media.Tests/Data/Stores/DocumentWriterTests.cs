using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Redox.Media.Core.Deliveries;
using Redox.Media.Data.Stores;
using Redox.Media.Tests.Convergence;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Data.Stores;

/// <summary>What a group of events has to keep, so that its statement may insert what is new as new.</summary>
[TestFixture, Category("Database")]
public sealed class DocumentWriterTests
{
    private string _source = "";
    private InProcessDriver _driver = null!;
    private EventsUnderTest _events = null!;
    private DocumentWriter.Session _session = null!;

    [SetUp]
    public async Task Open_a_session()
    {
        _source = Message.NewSource();
        _driver = await InProcessDriver.OpenAsync();
        _events = new EventsUnderTest(_driver);
        _session = _driver.Services.GetRequiredService<DocumentWriter>().NewSession();
    }

    [TearDown]
    public async Task End_it()
    {
        await _session.DisposeAsync();
        await _driver.DisposeAsync();
        _events.Dispose();
    }

    [Test]
    public async Task Events_of_different_documents_are_one_group() =>
        Assert.That(
            (await _session.TryWriteAsync([New("one"), Replace("two", original: "three")], default)).Select(result => result.Outcome),
            Is.EqualTo(new[] { Outcome.Created, Outcome.ReplacedUnknown }));

    [Test]
    public void Two_events_of_a_group_must_not_be_about_one_document() => Refused(New("one"), Replace("one", original: "three"));

    [Test]
    public void An_event_must_not_replace_the_document_of_another_in_its_group() => Refused(New("one"), Replace("two", original: "one"));

    private void Refused(params EventRow[] group) =>
        Assert.That(
            () => _session.TryWriteAsync(group, default),
            Throws.InvalidOperationException.With.Message.EqualTo("Two events of a group touch the same document."));

    private EventRow New(string documentId) => new(_events.Of(Message.New(_source, documentId)));

    private EventRow Replace(string documentId, string original) => new(_events.Of(Message.Replace(_source, documentId, original)));
}
