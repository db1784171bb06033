namespace Redox.Media.Core.Documents;

/// <summary>
/// The keys under which documents are found. A document carries one for each patient ID, its visit number and its type; the same
/// functions make the keys of a query, so that both sides agree by construction.
/// </summary>
public static class LookupKey
{
    /// <summary>A patient's ID of any type.</summary>
    public static Guid PatientId(string id) => Digest.Key('I', id);

    /// <summary>A patient's ID of one type: what the check of a document's patient compares.</summary>
    public static Guid PatientIdentifier(PatientIdentifier identifier) => Digest.Key('P', identifier.Id, identifier.IdType ?? "");

    public static Guid VisitNumber(string visitNumber) => Digest.Key('V', visitNumber);

    public static Guid DocumentType(string documentType) => Digest.Key('T', documentType);

    /// <summary>A DocumentID of any source.</summary>
    public static Guid DocumentId(string documentId) => Digest.Key('N', documentId);
}
