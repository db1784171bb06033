using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Parsing;
using Redox.Media.Core.RemoteFiles;
using Redox.Media.Core.Uploads;

namespace Redox.Media.Core.Documents;

/// <summary>The three events that change documents, by rank: at one event time the greater wins. The values are stored.</summary>
public enum DocumentEventKind
{
    New = 0,
    Replace = 1,
    Delete = 2,
}

/// <summary>
/// One event, ready for the register. The register of a document is won by the event that is the greatest by
/// (<see cref="EventTime"/>, <see cref="Kind"/>, log ID, <see cref="Fingerprint"/>), so the order of arrival decides nothing.
/// </summary>
public sealed record DocumentEvent
{
    public required DocumentEventKind Kind { get; init; }

    /// <summary>The arrival that brought it.</summary>
    public required Delivery Delivery { get; init; }

    public required DocumentFields Fields { get; init; }

    public required DocumentKey Document { get; init; }

    /// <summary>The document that a Replace supersedes; null otherwise, and when a Replace names the same document twice.</summary>
    public DocumentKey? Original { get; init; }

    /// <summary>UTC, to the microsecond.</summary>
    public required DateTimeOffset EventTime { get; init; }

    /// <summary>The event's own time when that was too far ahead of our clock to count, else null.</summary>
    public DateTimeOffset? TimeAdjustedFrom { get; init; }

    /// <summary>32 bytes; what makes two messages the same.</summary>
    public required byte[] Fingerprint { get; init; }

    /// <summary>
    /// One delivery with this key is ever applied; the next is a duplicate. An event without any ID and time has the ID of its delivery
    /// here: whether it was sent before cannot be known, so it is a duplicate only while the same event is current.
    /// </summary>
    public required Guid IdempotencyKey { get; init; }

    /// <summary>The body that brought it, with the content.</summary>
    public required ParsedMessage Message { get; init; }

    /// <summary>The Redox message without its content: the body's envelope, unless the body is a FHIR resource.</summary>
    public ReadOnlyMemory<byte> Envelope
    {
        get => field.IsEmpty ? Message.Envelope : field;
        init;
    }

    /// <summary>The FHIR resource that created the document, without its content; null for a document from Redox.</summary>
    public ReadOnlyMemory<byte>? Resource { get; init; }

    /// <summary>Whether it may revise or revive a document, by the rights of its caller.</summary>
    public bool MayRevise => Delivery.Caller is not Caller.Client { MayRevise: false };

    /// <summary>The upload that it brings the file of; null when it brings none or had its file with it.</summary>
    public UploadClaim? Upload { get; init; }

    /// <summary>The file at another host that is fetched for its version; null when none is.</summary>
    public RemoteFileReference? RemoteFile { get; init; }

    /// <summary>Released by a person, who decided that the patient is right.</summary>
    public bool IsReleased { get; init; }
}
