using Microsoft.AspNetCore.Http.Features;
using Microsoft.OpenApi;
using Redox.Media.Api.Hosting;
using Redox.Media.Api.Security;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;

namespace Redox.Media.Api.Support;

/// <summary>The look-ups of support staff. No response contains a name, a patient identifier or content.</summary>
internal static class SupportEndpoints
{
    /// <summary>Maximum number of attempts in a response, newest first.</summary>
    private const int MaxAttempts = 200;

    /// <summary>The empty source in a URL, whose segments cannot be empty.</summary>
    private const string NoSource = "-";

    public static void MapSupport(this IEndpointRouteBuilder routes)
    {
        var support = routes.MapGroup("/support/api").RequireAuthorization(Policies.Trace).WithTags("Support");
        support.MapGet("/deliveries/{id}", DeliveryAsync)
            .Produces<DeliveryRecord>().Produces<SupportError>(StatusCodes.Status404NotFound)
            .Describe((operation, document) =>
            {
                operation.Summary = "Finds a delivery and the other attempts of its log ID.";
                operation.RequireToken(document, orVerificationToken: false);
                operation.AddParameter(
                    ParameterLocation.Path, "id", "A log ID, attempt ID, message ID or transmission ID of Redox, or the delivery ID.");
            });
        support.MapGet("/documents/{source}/{**documentId}", DocumentAsync)
            .Produces<DocumentHistory>().Produces<SupportError>(StatusCodes.Status404NotFound)
            .Describe((operation, document) =>
            {
                operation.Summary = "Finds a document and its versions in the order of their events.";
                operation.RequireToken(document, orVerificationToken: false);
                operation.AddParameter(ParameterLocation.Path, "source", "Meta.Source.ID; - for none.");
                operation.AddParameter(ParameterLocation.Path, "documentId", "Media.DocumentID.");
                operation.AddParameter(
                    ParameterLocation.Query, "test", "true for the test document; otherwise the production document is found.");
            });
    }

    private static async Task<IResult> DeliveryAsync(HttpContext context, IDocumentStore store, CancellationToken cancellation)
    {
        var id = Segments(context, 1)[^1].Trim();
        var found = await store.FindDeliveriesAsync(id, MaxAttempts, cancellation);
        if (found.Count == 0)
        {
            return NotFound(
                "No delivery has this ID. It may be our delivery ID, a Logs[].ID, an AttemptID, a Message.ID or a Transmission.ID.");
        }

        // Prefer a delivery that is no duplicate; among several, the newest.
        var delivery = found.FirstOrDefault(candidate => candidate.Outcome != Outcome.Duplicate) ?? found[0];

        // The result of a search by log ID already holds all attempts of that log ID.
        var attempts = delivery.LogId == id && found.Count < MaxAttempts
            ? []
            : await store.OtherAttemptsAsync(delivery, MaxAttempts, cancellation);
        var others = found.Concat(attempts).Where(other => other.DeliveryId != delivery.DeliveryId).DistinctBy(other => other.DeliveryId)
            .OrderByDescending(other => other.ReceivedAt);
        return Results.Json(delivery with { OtherAttempts = [.. others] }, SupportJson.Options);
    }

    private static async Task<IResult> DocumentAsync(HttpContext context, IDocumentStore store, CancellationToken cancellation)
    {
        var segments = Segments(context, 2);
        var source = segments[^2] == NoSource ? "" : segments[^2];
        var isTest = string.Equals(context.Request.Query["test"], "true", StringComparison.OrdinalIgnoreCase);
        var document = await store.FindDocumentAsync(DocumentKey.Of(source, segments[^1], isTest), cancellation);
        return document is null
            ? NotFound("No event has named this document. A test document is found with test=true.")
            : Results.Json(document, SupportJson.Options);
    }

    private static IResult NotFound(string text) => Results.Json(new SupportError(text), statusCode: StatusCodes.Status404NotFound);

    // From the raw request line: routing does not decode %2F, and a DocumentID may contain a slash.
    private static string[] Segments(HttpContext context, int count)
    {
        const int fixedSegments = 3; // "support/api/deliveries" and "support/api/documents"
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var path = target.Split('?', 2)[0].TrimStart('/');
        return [.. path.Split('/', fixedSegments + count).Select(Uri.UnescapeDataString)];
    }
}

/// <summary>Why a look-up found nothing.</summary>
internal sealed record SupportError(string Error);
