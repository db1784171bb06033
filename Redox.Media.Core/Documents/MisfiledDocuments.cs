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

    /// <summary>
    /// Makes the document current for another patient. What leaves the service then names this one; the versions so far stay in the
    /// history, for staff only. Undone by a move to the patient whom the source named.
    /// </summary>
    /// <param name="request">With a <see cref="CorrectionRequest.Target"/>.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="Deliveries.StoreUnavailableException">The database is unavailable: nothing was acknowledged.</exception>
    public async Task<CorrectionResult> MoveAsync(CorrectionRequest request, CancellationToken cancellation)
    {
        if (IsOfOtherSource(request))
        {
            return new CorrectionResult.NotFound(IsOfOtherSource: true);
        }

        var found = await corrections.FindMovableAsync(request.Document, cancellation);
        if (found is null)
        {
            return new CorrectionResult.NotFound(IsOfOtherSource: false);
        }

        if (found.Version != request.Version || !found.IsCurrent)
        {
            return found.Version != request.Version ? new CorrectionResult.Changed() : new CorrectionResult.NotCurrent();
        }

        var moved = MovedDocument.Of(request.Document, found, request.Target!);
        return moved.Envelope.Span.SequenceEqual(found.CurrentEnvelope.Span)
            ? new CorrectionResult.AlreadySo()
            : await corrections.MoveAsync(request, moved, cancellation);
    }

    /// <summary>Finds whose document this is; null when it is not current or its bytes are damaged.</summary>
    /// <inheritdoc cref="HideAsync"/>
    public async Task<DocumentPatient?> FindPatientAsync(DocumentKey document, CancellationToken cancellation)
    {
        try
        {
            return await corrections.FindMovableAsync(document, cancellation) is { } found ? DocumentPatient.Of(found) : null;
        }
        catch (IntegrityException)
        {
            return null;
        }
    }

    private async Task<CorrectionResult> SetHiddenAsync(CorrectionRequest request, bool hidden, CancellationToken cancellation) =>
        IsOfOtherSource(request)
            ? new CorrectionResult.NotFound(IsOfOtherSource: true)
            : await corrections.SetHiddenAsync(request, hidden, cancellation);

    private static bool IsOfOtherSource(CorrectionRequest request) =>
        request.Staff.VisibleSources?.Contains(request.Source) == false;
}
