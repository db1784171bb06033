using System.IO.Pipelines;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Fhir;
using Redox.Media.Core.Fhir.Search;
using Redox.Media.Core.Parsing;
using Redox.Media.Core.Queries;
using Redox.Media.Core.SetAside;
using Redox.Media.Core.Validation;

namespace Redox.Media.Core.Documents;

/// <summary>
/// Where deliveries and documents are stored. Every method that takes a <see cref="Delivery"/> or a <see cref="DocumentEvent"/> records the
/// delivery in the same transaction, which has committed when the method returns. All methods throw
/// <see cref="StoreUnavailableException"/> while the database cannot be used; nothing was acknowledged then, and the call may be repeated.
/// All methods that read stored bytes compare them with what was received, and throw <see cref="IntegrityException"/> if they differ; what
/// has been handed out before must not look complete. What clients search and read at a time is limited: the methods that search, and those
/// that read for a caller, throw <see cref="ClientLimitException"/>; a search that has a statement timeout throws
/// <see cref="SearchTimeoutException"/>.
/// A method that changes anything looks for its own delivery first, because the database may have committed it without a response.
/// </summary>
public interface IDocumentStore
{
    /// <summary>
    /// Applies an event to its documents. <see cref="Outcome.OtherPatient"/> means that nothing at all was written, because the message
    /// belongs to another patient than the document, <see cref="Outcome.HiddenDocument"/> and <see cref="Outcome.MovedDocument"/> because
    /// of what staff did with the document, <see cref="Outcome.Forbidden"/> that its caller may not revise the document, and
    /// <see cref="Outcome.Refused"/> that its upload has been claimed by another message: the caller records it with
    /// <see cref="RecordAsync"/>.
    /// </summary>
    Task<EventResult> ApplyAsync(DocumentEvent documentEvent, CancellationToken cancellation);

    /// <summary>
    /// Finds the version that the applied one of several deliveries of the same message made; null when none of them was applied.
    /// </summary>
    Task<MediaKey?> FindAppliedAsync(DocumentEvent documentEvent, CancellationToken cancellation);

    /// <summary>
    /// Creates a document unless the condition, which must be selective, finds one, or the same message has created it before. Of any
    /// number of concurrent calls whose conditions are equal or name an identifier of one another's documents, the first creates the
    /// document, and the others find it.
    /// </summary>
    Task<ConditionalCreation> CreateUnlessFoundAsync(DocumentEvent documentEvent, FhirSearch condition, CancellationToken cancellation);

    /// <summary>Records a delivery that changes no document, with its body.</summary>
    /// <param name="raw">
    /// Null when there is no body to store: the delivery was rejected before it was read, or its caller may not send it. The same body of
    /// the same caller is stored once a month and its repeats are counted; of a client not beyond <see cref="RejectedBodyLimit"/>.
    /// </param>
    Task RecordAsync(Delivery delivery, Outcome outcome, IReadOnlyList<Violation> violations, ParsedMessage? raw,
        CancellationToken cancellation);

    /// <summary>Finds the documents of a query, newest event first, and records how many were found.</summary>
    Task<IReadOnlyList<FoundDocument>> SearchAsync(DocumentQuery query, Delivery delivery, CancellationToken cancellation);

    /// <summary>Reads the file of a document whose version was returned inline without it. Only its slices are written.</summary>
    Task ReadContentAsync(Caller caller, FoundDocument found, IVersionWriter writer, CancellationToken cancellation);

    /// <summary>
    /// Reads versions in the given order, slice by slice. Versions never change, so this may follow the search at any time.
    /// </summary>
    Task ReadAsync(Caller caller, IReadOnlyList<VersionRequest> versions, IVersionWriter writer, CancellationToken cancellation);

    /// <summary>Finds a document, or one version of it, for FHIR; null when it does not exist or is not visible to the client.</summary>
    Task<FoundMedia?> FindAsync(FhirRead read, Delivery delivery, CancellationToken cancellation);

    /// <summary>
    /// Finds a page of documents for FHIR, the last changed first; null, and then the delivery is not recorded, when the search needs a
    /// total that could only be counted by reading a large part of all documents.
    /// </summary>
    Task<MediaPage?> SearchAsync(FhirSearch search, Delivery delivery, CancellationToken cancellation);

    /// <summary>Reads the documents of a page in the given order, one at a time.</summary>
    Task ReadAsync(
        Caller caller, IReadOnlyList<MediaKey> found, Func<FoundMedia, CancellationToken, ValueTask> take, CancellationToken cancellation);

    /// <summary>
    /// Reads <paramref name="count"/> bytes of content from <paramref name="from"/> on, slice by slice. Of a range of a file in slices the
    /// numbers and lengths of the slices are compared, not the digest.
    /// </summary>
    Task ReadContentAsync(
        Caller caller, FoundMedia media, long from, long count, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> take,
            CancellationToken cancellation);

    /// <summary>Finds what a release needs to know of a delivery; null when there is no delivery with this ID.</summary>
    Task<SetAsideDelivery?> FindAsync(DeliveryId id, CancellationToken cancellation);

    /// <summary>
    /// Writes the body of a delivery as it was received, and completes <paramref name="destination"/>; with an error if it is not complete.
    /// </summary>
    Task CopyBodyAsync(SetAsideDelivery setAside, PipeWriter destination, CancellationToken cancellation);

    /// <summary>
    /// Applies the event of a set-aside delivery and records the release, in one transaction. Null, and nothing is written, when another
    /// delivery has released it, or staff have discarded it: of any number of concurrent releases exactly one succeeds.
    /// <see cref="Outcome.MovedDocument"/>, and nothing is written, when staff have moved the document from the patient of the event to
    /// another.
    /// </summary>
    /// <param name="job">The delivery of the job that releases it, whose result is written too; null if no job does.</param>
    Task<Outcome?> ReleaseAsync(
        DeliveryId setAside, DocumentEvent released, CancellationToken cancellation, SetAsideJobDelivery? job = null);

    /// <summary>The outcome that an event would have now. It is applied in a transaction that is rolled back: nothing is written.</summary>
    Task<Outcome> TryAsync(DocumentEvent documentEvent, CancellationToken cancellation);

    /// <summary>
    /// Finds deliveries by delivery ID, <c>Logs[].ID</c>, <c>AttemptID</c>, or a retired <c>Message.ID</c> or <c>Transmission.ID</c>,
    /// in upper or lower case, newest first and the duplicates last, at most <paramref name="limit"/>: those behind the position that are,
    /// as it says, of clients or of other callers. A delivery ID finds its delivery among the others.
    /// </summary>
    /// <param name="sources">The sources whose deliveries are found; null for all.</param>
    Task<IReadOnlyList<DeliveryRecord>> FindDeliveriesAsync(
        string id, DeliveryPosition after, int limit, IReadOnlyList<string>? sources, CancellationToken cancellation);

    /// <summary>
    /// How many deliveries <see cref="FindDeliveriesAsync"/> does not find, on any page, because they are of other sources; of more than
    /// <paramref name="limit"/>, <paramref name="limit"/>.
    /// </summary>
    Task<int> CountHiddenDeliveriesAsync(string id, int limit, IReadOnlyList<string> sources, CancellationToken cancellation);

    /// <summary>The other deliveries with the same log ID from the same source, newest first, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<DeliveryRecord>> OtherAttemptsAsync(DeliveryRecord delivery, int limit, CancellationToken cancellation);

    /// <summary>A document and its versions; null when no event has named it.</summary>
    Task<DocumentHistory?> FindDocumentAsync(DocumentKey document, CancellationToken cancellation);
}
