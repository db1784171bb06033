using Redox.Media.Core.Documents;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>What an event brings to the register, as PostgreSQL takes it; made like a <see cref="DeliveryRow"/> before it waits for its group.</summary>
internal sealed class EventRow(DocumentEvent e)
{
    public DocumentEvent Event => e;

    public DeliveryRow Delivery { get; } = new(e.Delivery);

    public string DocumentId { get; } = PgText.Encode(e.Facts.DocumentId);

    public Guid DocumentIdKey { get; } = SearchKeys.DocumentId(e.Facts.DocumentId);

    public string? OriginalDocumentId { get; } = PgText.EncodeAny(e.Facts.OriginalDocumentId);

    public Guid? OriginalIdKey { get; } = e.Original is null ? null : SearchKeys.DocumentId(e.Facts.OriginalDocumentId!);

    public Guid[] PatientKeys { get; } = e.Facts.PatientKeys();

    public Guid[] FoundUnder { get; } = e.Facts.FoundUnder();

    /// <summary>Bytes of the file; null when there is none.</summary>
    public long? ContentLength => e.Message.Content?.Length;

    public byte[]? ContentSha256 { get; } = e.Message.Content is null ? null : e.Message.ContentSha256.ToArray();

    public ReadOnlyMemory<byte> Envelope { get; } = e.Envelope;

    /// <summary>The file when it is small; a larger one travels in slices.</summary>
    public ReadOnlyMemory<byte>? Content { get; } = Inline(e);

    // Spelled out, since "? null :" would turn null into an empty memory and a sliced file into an empty one.
    private static ReadOnlyMemory<byte>? Inline(DocumentEvent e)
    {
        if (e.Message.Content is not { Length: <= EventRows.InlineBytes } content)
        {
            return null;
        }

        return content.SliceCount == 1 ? content.Slice(0) : content.ToArray();
    }
}
