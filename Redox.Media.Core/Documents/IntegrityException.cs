using Redox.Media.Core.Deliveries;

namespace Redox.Media.Core.Documents;

/// <summary>How stored bytes differ from those that were received.</summary>
public enum IntegrityFailure
{
    /// <summary>A version refers to a document that has no row.</summary>
    MissingDocument,

    /// <summary>The current version of a document has no row.</summary>
    MissingVersion,

    /// <summary>The slices of a file are not numbered without a gap.</summary>
    MissingSlice,

    /// <summary>There are more or fewer bytes than were received, or the rows of document and version differ in the number.</summary>
    WrongLength,

    /// <summary>The SHA-256 of the bytes is not the stored one.</summary>
    WrongDigest,

    /// <summary>PostgreSQL reports damaged data or a damaged index (SQLSTATE XX001, XX002).</summary>
    Unreadable,
}

/// <summary>
/// Stored bytes are not those that were received: a response with them must not look complete. The message names IDs, never a value.
/// </summary>
/// <param name="failure">What is wrong.</param>
/// <param name="document">Null if the bytes belong to no document, or if it is not known to which.</param>
/// <param name="delivery">The version of the document, or the delivery whose body is damaged; null if it is not known.</param>
public sealed class IntegrityException(
    IntegrityFailure failure, DocumentKey? document, DeliveryId? delivery, Exception? inner = null)
    : Exception($"The stored bytes of delivery {delivery} are damaged: {failure}.", inner)
{
    public IntegrityFailure Failure => failure;

    public DocumentKey? Document => document;

    public DeliveryId? Delivery => delivery;
}
