using System.Text;
using NUnit.Framework;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir;
using Redox.Media.Core.Queries;
using Redox.Media.Tests.Convergence;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Data.Stores.Acceptance;

/// <summary>The promises of <see cref="IDocumentStore"/>, against the real PostgreSQL. A file for each group of its methods.</summary>
[TestFixture, Category("Database")]
public sealed partial class DocumentStoreTests : ArchiveFixture
{
    private EventsUnderTest _events = null!;

    [SetUp]
    public void Make_events() => _events = new EventsUnderTest(Driver);

    [TearDown]
    public void Dispose_events() => _events.Dispose();

    private DocumentEvent New(string id, int minute, string content = "content", string patient = "PT-1") =>
        _events.Of(Message.New(Source, id, At(minute), content, patient));

    private DocumentEvent Replace(string original, string id, int minute) => _events.Of(Message.Replace(Source, original, id, At(minute)));

    private DocumentEvent Delete(string id, int minute) => _events.Of(Message.Delete(Source, id, At(minute)));

    private async Task<Outcome> ApplyAsync(DocumentEvent e) => (await Store.ApplyAsync(e, CancellationToken.None)).Outcome;

    /// <summary>A delivery that changes no document.</summary>
    private Delivery NewDelivery(string? logId = null) => FhirDelivery.Of(
        "Media.search", new Caller.Engine(), Source, logId ?? Guid.NewGuid().ToString(), TimeProvider.System.GetUtcNow());

    private Task<IReadOnlyList<FoundDocument>> QueryAsync(DocumentQuery query, Delivery? delivery = null) =>
        Store.SearchAsync(query with { VisibleSources = query.VisibleSources ?? [Source] }, delivery ?? NewDelivery(),
            CancellationToken.None);

    private Task<IReadOnlyList<FoundDocument>> QueryAsync(string documentId) =>
        QueryAsync(new DocumentQuery { DocumentIds = [documentId] });

    /// <summary>The current content that a DocumentID finds, as text; null when it finds no document.</summary>
    private async Task<string?> ContentAsync(string documentId)
    {
        var found = await QueryAsync(documentId);
        return found is [var document] ? await ContentAsync(document) : null;
    }

    private async Task<string> ContentAsync(FoundDocument document)
    {
        var version = new CollectedVersion();
        await Store.ReadAsync(
            new Caller.Engine(), [new VersionRequest(document.Document, document.Version, document.ContentLength, WithContent: true)],
            version, CancellationToken.None);
        return Encoding.UTF8.GetString(version.Content.ToArray());
    }

    private async Task<DeliveryRecord> RecordAsync(DeliveryId id) =>
        (await Store.FindDeliveriesAsync(id.ToString(), 10, CancellationToken.None)).Single();

    private async Task<bool> IsRecordedAsync(DeliveryId id) =>
        (await Store.FindDeliveriesAsync(id.ToString(), 10, CancellationToken.None)).Count > 0;

    /// <summary>Keeps what is read of one version.</summary>
    private sealed class CollectedVersion : IVersionWriter
    {
        public MemoryStream Content { get; } = new();

        public string Envelope { get; private set; } = "";

        public ValueTask BeginAsync(ReadOnlyMemory<byte> envelope, VersionContent content, CancellationToken cancellation)
        {
            Envelope = Encoding.UTF8.GetString(envelope.Span);
            return default;
        }

        public ValueTask SliceAsync(ReadOnlyMemory<byte> slice, CancellationToken cancellation) => Content.WriteAsync(slice, cancellation);

        public ValueTask EndAsync(CancellationToken cancellation) => default;
    }
}
