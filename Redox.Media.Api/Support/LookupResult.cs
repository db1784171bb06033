using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;

namespace Redox.Media.Api.Support;

/// <summary>The response of a look-up, and what its audit row says of it.</summary>
internal sealed record LookupResult(IResult Response, AuditOutcome Outcome)
{
    public IReadOnlyList<DeliveryId> Deliveries { get; private init; } = [];

    public IReadOnlyList<SeenDocument> Documents { get; private init; } = [];

    /// <summary>The delivery that was looked up; null when there is none, or a further page was read.</summary>
    public DeliveryRecord? Delivery { get; private init; }

    /// <summary>The same delivery, and the others with its ID.</summary>
    public IReadOnlyList<DeliveryRecord> All => Delivery is null ? [] : [Delivery, .. Delivery.OtherAttempts ?? []];

    /// <summary>How many are of sources that the caller may not see.</summary>
    public int Hidden { get; private init; }

    /// <summary>Whether it concerns test documents only.</summary>
    public bool IsTest { get; private init; }

    public static LookupResult Of<T>(T response, IReadOnlyList<DeliveryRecord> shown) =>
        new(SupportResponses.Json(response), AuditOutcome.Success)
        {
            Delivery = response as DeliveryRecord,
            IsTest = shown.Count > 0 && shown.All(delivery => delivery.Test),
            Deliveries = [.. shown.Select(delivery => delivery.DeliveryId)],
            Documents = [.. shown.Where(delivery => delivery.DocumentId is not null)
                .Select(delivery => DocumentKey.Of(delivery.Source, delivery.DocumentId!, delivery.Test)).Distinct()
                .Select(document => new SeenDocument(document, null))],
        };

    public static LookupResult Of(DocumentHistory document) => new(SupportResponses.Json(document), AuditOutcome.Success)
    {
        IsTest = document.Test,
        Documents = [new SeenDocument(DocumentKey.Of(document.Source, document.DocumentId, document.Test), null)],
    };

    public static LookupResult Of(DocumentChanges document) => new(SupportResponses.Json(document), AuditOutcome.Success)
    {
        IsTest = document.Test,
        Documents = [.. document.Before.Concat(document.After).Select(other => other.DocumentId).Prepend(document.DocumentId)
            .Select(id => new SeenDocument(DocumentKey.Of(document.Source, id, document.Test), null))],
    };

    public static LookupResult NotFound(string text, int? hidden = null) =>
        new(SupportResponses.NotFound(text, hidden), AuditOutcome.NotFound) { Hidden = hidden ?? 0 };

    public static LookupResult Refused(string text) => new(SupportResponses.BadRequest(text), AuditOutcome.Refused);
}
