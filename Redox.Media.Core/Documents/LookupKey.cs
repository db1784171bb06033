namespace Redox.Media.Core.Documents;

/// <summary>
/// The keys under which documents are found. A document carries one for each patient ID, its visit number and its type; the same
/// functions make the keys of a query, so that both sides agree by construction.
/// </summary>
public static class LookupKey
{
    /// <summary>ApplyEvents.sql compares as many.</summary>
    private const int TypeBytes = 6;

    /// <summary>A patient's ID of any type.</summary>
    public static Guid PatientId(string id) => Digest.Key('I', id);

    /// <summary>
    /// A patient's ID of one type: what the check of a document's patient compares. It begins with <see cref="TypeBytes"/> bytes of a
    /// digest of the type, so that two IDs of one type are recognised as such; without a type it begins with a digest of the ID.
    /// </summary>
    public static Guid PatientIdentifier(PatientIdentifier identifier)
    {
        var key = Digest.Key('P', identifier.Id, identifier.IdType ?? "");
        if (string.IsNullOrEmpty(identifier.IdType))
        {
            return key;
        }

        Span<byte> bytes = stackalloc byte[16];
        Span<byte> type = stackalloc byte[16];
        key.TryWriteBytes(bytes, bigEndian: true, out _);
        Digest.Key('Y', identifier.IdType).TryWriteBytes(type, bigEndian: true, out _);
        type[..TypeBytes].CopyTo(bytes);
        return new Guid(bytes, bigEndian: true);
    }

    public static Guid VisitNumber(string visitNumber) => Digest.Key('V', visitNumber);

    public static Guid DocumentType(string documentType) => Digest.Key('T', documentType);

    /// <summary>A DocumentID of any source.</summary>
    public static Guid DocumentId(string documentId) => Digest.Key('N', documentId);
}
