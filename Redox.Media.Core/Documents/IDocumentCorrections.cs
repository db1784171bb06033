using Redox.Media.Core.Deliveries;

namespace Redox.Media.Core.Documents;

/// <summary>
/// Where corrections of documents are stored: each with its audit row, in one transaction, which has committed when the method returns.
/// The methods throw <see cref="StoreUnavailableException"/> while the database cannot be used; nothing was acknowledged then.
/// </summary>
public interface IDocumentCorrections
{
    /// <summary>Hides a document or shows it again, unless it has changed since <see cref="CorrectionRequest.Version"/>.</summary>
    Task<CorrectionResult> SetHiddenAsync(CorrectionRequest request, bool hidden, CancellationToken cancellation);

    /// <summary>Finds what a move needs to know of a document; null when no event has named it.</summary>
    Task<MovableDocument?> FindMovableAsync(DocumentKey document, CancellationToken cancellation);

    /// <summary>Makes the version current, unless the document has changed since <see cref="CorrectionRequest.Version"/>.</summary>
    Task<CorrectionResult> MoveAsync(CorrectionRequest request, MovedDocument moved, CancellationToken cancellation);
}
