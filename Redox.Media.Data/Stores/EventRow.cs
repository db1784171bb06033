using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>
/// The columns of an event, encoded for PostgreSQL; made, like <see cref="DeliveryRow"/>, before it waits for its batch.
/// </summary>
internal sealed class EventRow(DocumentEvent e)
{
    public DocumentEvent Event => e;

    public DeliveryRow Delivery { get; } = new(e.Delivery);

    public string DocumentId { get; } = PgText.Encode(e.Fields.DocumentId);

    public Guid DocumentIdKey { get; } = LookupKey.DocumentId(e.Fields.DocumentId);

    public string? OriginalDocumentId { get; } = PgText.EncodeAny(e.Fields.OriginalDocumentId);

    public Guid? OriginalIdKey { get; } = e.Original is null ? null : LookupKey.DocumentId(e.Fields.OriginalDocumentId!);

    public Guid[] PatientKeys { get; } = e.Fields.PatientKeys();

    public Guid[] LookupKeys { get; } = e.Fields.LookupKeys();

    /// <summary>Bytes of the file; null when there is none.</summary>
    public long? ContentLength => e.Message.Content?.Length;

    public long? ContentChecksum { get; } = e.Message.ContentChecksum;

    public byte[]? ContentSha256 { get; } = e.Message.Content is null ? null : e.Message.ContentSha256.ToArray();

    public ReadOnlyMemory<byte> Envelope { get; } = e.Envelope;

    /// <summary>The file when it is small; a larger one is written in slices.</summary>
    public ReadOnlyMemory<byte>? Content { get; } = Inline(e);

    /// <summary>Whether more than one statement applies it: it is not written with others.</summary>
    public bool NeedsTransaction => ContentLength > EventRows.InlineBytes || e.Upload is not null || e.RemoteFile is not null;

    /// <summary>Leaves the memory of the message to the garbage collector: a call that was abandoned may still send it.</summary>
    public void Abandon() => Event.Message.Abandon();

    // Not "? null :", whose type is a memory: null would become an empty one, and a sliced file an empty file.
    private static ReadOnlyMemory<byte>? Inline(DocumentEvent e)
    {
        if (e.Message.Content is not { Length: <= EventRows.InlineBytes } content)
        {
            return null;
        }

        return content.SliceCount == 1 ? content.Slice(0) : content.ToArray();
    }
}
