using Microsoft.AspNetCore.Http.Features;
using Redox.Media.Api.Security;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;

namespace Redox.Media.Api.Support;

/// <summary>The look-ups of support staff. Nothing here shows a name, a patient identifier or content.</summary>
internal static class SupportEndpoints
{
    /// <summary>More attempts than a person reads; the newest come first.</summary>
    private const int MaxAttempts = 200;

    /// <summary>The empty source in an address, where a segment cannot be empty.</summary>
    private const string NoSource = "-";

    public static void MapSupport(this IEndpointRouteBuilder routes)
    {
        var support = routes.MapGroup("/support/api").RequireAuthorization(Policies.Trace);
        support.MapGet("/deliveries/{id}", DeliveryAsync);
        support.MapGet("/documents/{source}/{**documentId}", DocumentAsync);
    }

    private static async Task<IResult> DeliveryAsync(HttpContext context, IDocumentStore store, CancellationToken cancellation)
    {
        var id = Segments(context, 1)[^1].Trim();
        var found = await store.FindDeliveriesAsync(id, MaxAttempts, cancellation);
        if (found.Count == 0)
        {
            return Results.Json(
                new { error = "No delivery has this ID. It may be our delivery ID, a Logs[].ID, an AttemptID, a Message.ID or a Transmission.ID." },
                statusCode: StatusCodes.Status404NotFound);
        }

        // The delivery that was applied says the most; of several, the newest.
        var shown = found.FirstOrDefault(delivery => delivery.Outcome != Outcome.Duplicate) ?? found[0];
        // A search by log ID has already found the other attempts.
        var attempts = shown.LogId == id && found.Count < MaxAttempts ? [] : await store.OtherAttemptsAsync(shown, MaxAttempts, cancellation);
        var others = found.Concat(attempts).Where(delivery => delivery.DeliveryId != shown.DeliveryId).DistinctBy(delivery => delivery.DeliveryId)
            .OrderByDescending(delivery => delivery.ReceivedAt);
        return Results.Json(shown with { OtherAttempts = [.. others] }, SupportJson.Options);
    }

    private static async Task<IResult> DocumentAsync(HttpContext context, IDocumentStore store, CancellationToken cancellation)
    {
        var segments = Segments(context, 2);
        var source = segments[^2] == NoSource ? "" : segments[^2];
        var document = await store.FindDocumentAsync(source, segments[^1], cancellation);
        return document is null
            ? Results.Json(new { error = "No event has named this document." }, statusCode: StatusCodes.Status404NotFound)
            : Results.Json(document, SupportJson.Options);
    }

    // From the request line as it was sent: routing leaves %2F in what it decodes otherwise, and a DocumentID may hold a slash.
    private static string[] Segments(HttpContext context, int count)
    {
        const int fixedSegments = 3; // "support/api/deliveries" and "support/api/documents"
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var path = target.Split('?', 2)[0].TrimStart('/');
        return [.. path.Split('/', fixedSegments + count).Select(Uri.UnescapeDataString)];
    }
}
