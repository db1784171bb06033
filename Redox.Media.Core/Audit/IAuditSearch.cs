using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir;

namespace Redox.Media.Core.Audit;

/// <summary>
/// Reads the audit. All methods throw <see cref="StoreUnavailableException"/> while the database cannot be used.
/// </summary>
public interface IAuditSearch
{
    /// <summary>Finds the events behind a position, at most <paramref name="count"/>.</summary>
    /// <exception cref="SearchTimeoutException">The database took too long for one part of the audit.</exception>
    Task<AuditPage> FindAsync(AuditQuestion question, AuditPosition? after, int count, CancellationToken cancellation);

    /// <summary>Finds the sources and patients of documents; those that no longer exist are left out.</summary>
    Task<IReadOnlyDictionary<SeenDocument, AuditDocument>> DescribeAsync(
        IReadOnlyCollection<SeenDocument> documents, CancellationToken cancellation);

    /// <summary>Finds deliveries; those that do not exist are left out.</summary>
    Task<IReadOnlyDictionary<DeliveryId, AuditDelivery>> DescribeAsync(
        IReadOnlyCollection<DeliveryId> deliveries, CancellationToken cancellation);

    /// <summary>The types under which current documents name a patient with this ID.</summary>
    Task<IReadOnlyList<string?>> FindIdTypesAsync(string patientId, CancellationToken cancellation);

    /// <summary>The documents with this FHIR id: one, unless two digests begin alike.</summary>
    Task<IReadOnlyList<DocumentKey>> FindDocumentsAsync(FhirId id, CancellationToken cancellation);
}
