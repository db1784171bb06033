using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Parsing;
using Redox.Media.Core.Queries;
using Redox.Media.Core.Validation;

namespace Redox.Media.Core.Documents;

/// <summary>
/// Where deliveries and documents live. Every method is one transaction and has committed when it returns; each leaves the delivery's
/// row. What is wrong with a message is a value; <see cref="StoreUnavailableException"/> says that the database cannot be had just now.
/// </summary>
public interface IMediaStore
{
    /// <summary>
    /// Applies an event to the register. <see cref="Outcome.OtherPatient"/> means that nothing at all was written, since the
    /// message belongs to another patient than the document: the caller sets it aside.
    /// </summary>
    Task<Outcome> ApplyAsync(DocumentEvent documentEvent, CancellationToken cancellation);

    /// <summary>Keeps a delivery that changes no document: set aside, unintelligible or refused, with the bytes as received.</summary>
    /// <param name="raw">Null when there are none to keep: the body was refused before it was read.</param>
    Task RecordAsync(Delivery delivery, Outcome outcome, IReadOnlyList<Violation> violations, ParsedMessage? raw, CancellationToken cancellation);

    /// <summary>Finds documents, newest event first, and leaves the row that says who asked and how many were found.</summary>
    Task<IReadOnlyList<FoundDocument>> SearchAsync(DocumentQuery query, Delivery delivery, CancellationToken cancellation);

    /// <summary>Reads the file of a document whose version came along without it; the sink is told of its slices only.</summary>
    Task ReadContentAsync(FoundDocument found, IVersionWriter sink, CancellationToken cancellation);

    /// <summary>Reads what was found, in the given order, a slice at a time. Versions never change, so this may come after the search.</summary>
    Task ReadAsync(IReadOnlyList<VersionRequest> versions, IVersionWriter sink, CancellationToken cancellation);
}

/// <summary>A current document of a search.</summary>
/// <param name="Document">The document.</param>
/// <param name="Version">The version that stands.</param>
/// <param name="ContentLength">Bytes; null when it has no content of its own here.</param>
/// <param name="Inline">The version itself, when it came along with the search; only the first few small ones do, and the only one.</param>
public readonly record struct FoundDocument(DocumentKey Document, DeliveryId Version, long? ContentLength, InlineVersion? Inline = null);

/// <summary>
/// A version in memory. <paramref name="Content"/> is null when it has none of its own, and when it is too large to have come along: then
/// <see cref="FoundDocument.ContentLength"/> says that there is one.
/// </summary>
public sealed record InlineVersion(byte[] Envelope, byte[]? Content);

/// <summary>A version to be read, with or without its content.</summary>
public readonly record struct VersionRequest(DocumentKey Document, DeliveryId Version, bool WithContent);

/// <summary>Takes what <see cref="IMediaStore.ReadAsync"/> reads; each call may wait until its caller can take more.</summary>
public interface IVersionWriter
{
    /// <param name="envelope">The message without its file; valid until the call returns.</param>
    /// <param name="content">True when slices follow, possibly none for an empty file.</param>
    ValueTask BeginAsync(ReadOnlyMemory<byte> envelope, bool content, CancellationToken cancellation);

    ValueTask SliceAsync(ReadOnlyMemory<byte> slice, CancellationToken cancellation);

    ValueTask EndAsync(CancellationToken cancellation);
}
