namespace Redox.Media.Core.Deliveries;

/// <summary>The result of a delivery. The set is closed; <see cref="OutcomeTable"/> has a row for each.</summary>
public enum Outcome
{
    /// <summary>A New, and the document was not known.</summary>
    Created,

    /// <summary>A New, or a Replace of the document by itself, that is newer than the current version and differs from it.</summary>
    Revised,

    /// <summary>A New that equals the current version: no new version, but the document's event time moves.</summary>
    Unchanged,

    /// <summary>A New after the document's Delete, in event time.</summary>
    Revived,

    /// <summary>A Replace of a known document.</summary>
    Replaced,

    /// <summary>A Replace of an unknown document; it is superseded all the same.</summary>
    ReplacedUnknown,

    /// <summary>
    /// A Replace that is older than the current event of its original: its document is current, and the original keeps its state.
    /// </summary>
    ReplacedStale,

    Deleted,

    /// <summary>A Delete of an unknown document, which is recorded as deleted.</summary>
    DeletedUnknown,

    /// <summary>Older than the document's current event: kept as history, changes nothing current.</summary>
    Stale,

    /// <summary>
    /// The same message under the same log ID was applied before, or, without any ID and time, is current; nothing was changed.
    /// </summary>
    Duplicate,

    /// <summary>Stored with its raw bytes for a person, because it cannot be applied as it is.</summary>
    SetAside,

    /// <summary>A client's request that breaks the rules. The client was told; the bytes that were read are kept.</summary>
    Refused,

    /// <summary>A client's legal FHIR resource that breaks a rule of this service. The bytes are kept.</summary>
    Unprocessable,

    /// <summary>
    /// An event that its client may not send, or for a source that is not the client's, or a relayed query whose requester has no rule.
    /// Changes nothing.
    /// </summary>
    Forbidden,

    /// <summary>A conditional create that found one document: nothing was changed.</summary>
    Exists,

    /// <summary>A conditional create that found several documents: nothing was changed.</summary>
    SeveralMatches,

    /// <summary>Not a Redox message: not JSON, or without data model and event type. Kept with its raw bytes.</summary>
    NotRedox,

    /// <summary>The body ended early; the bytes that arrived are kept.</summary>
    Truncated,

    /// <summary>The body did not arrive in its time; the bytes that arrived are kept.</summary>
    TooSlow,

    /// <summary>The body, or the part beside its content, is larger than the limit.</summary>
    TooLarge,

    /// <summary>A query that breaks its schema or names no criterion.</summary>
    QueryRefused,

    /// <summary>A query that was answered.</summary>
    Answered,

    /// <summary>The event is for another patient than the document's. The store's result only: the delivery is then set aside.</summary>
    OtherPatient,

    /// <summary>A Replace of a document that staff have hidden. The store's result only: the delivery is then set aside.</summary>
    HiddenDocument,

    /// <summary>
    /// The event names a patient from whom staff have moved the document, or none. The store's result only: the delivery is then set aside.
    /// </summary>
    MovedDocument,
}
