namespace Redox.Media.Core.Documents;

/// <summary>
/// Puts documents right that are in the wrong patient's record. Each act needs a reason and the version of the document that the member of
/// staff saw, and is recorded in the document's history and in the audit. What the source sends later respects it
/// (docs/decisions/0030).
/// </summary>
public sealed class MisfiledDocuments(IDocumentCorrections corrections)
{
    /// <summary>Takes the document out of every query, search and read of others than staff. Nothing is lost.</summary>
    /// <exception cref="Deliveries.StoreUnavailableException">The database is unavailable: nothing was acknowledged.</exception>
    public Task<CorrectionResult> HideAsync(CorrectionRequest request, CancellationToken cancellation) =>
        SetHiddenAsync(request, hidden: true, cancellation);

    /// <summary>Shows a hidden document again, as its events have left it.</summary>
    /// <inheritdoc cref="HideAsync"/>
    public Task<CorrectionResult> UnhideAsync(CorrectionRequest request, CancellationToken cancellation) =>
        SetHiddenAsync(request, hidden: false, cancellation);

    private async Task<CorrectionResult> SetHiddenAsync(CorrectionRequest request, bool hidden, CancellationToken cancellation) =>
        IsOfOtherSource(request)
            ? new CorrectionResult.NotFound(IsOfOtherSource: true)
            : await corrections.SetHiddenAsync(request, hidden, cancellation);

    private static bool IsOfOtherSource(CorrectionRequest request) =>
        request.Staff.VisibleSources?.Contains(request.Source) == false;
}
