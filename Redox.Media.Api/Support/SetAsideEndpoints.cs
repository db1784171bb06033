using Newtonsoft.Json.Linq;
using Redox.Media.Api.Hosting;
using Redox.Media.Api.Security;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Validation;

namespace Redox.Media.Api.Support;

/// <summary>
/// What staff do with a delivery whose body is stored: open the body, with the role <c>phi</c>, and release a set-aside delivery, with the
/// role <c>operate</c>. Both need a reason, which the audit keeps.
/// </summary>
internal sealed class SetAsideEndpoints(
    IDocumentStore store, StoredBodyReader bodies, SetAsideReleaser releaser, MessageValidator validator, AccessAudit audit,
    TimeProvider time)
{
    private const int MaxReason = 500;

    // Others may have the ID as their log ID.
    private const int MaxFound = 100;

    private const string NoRequest =
        "The body must be a JSON object with the delivery ID as the text \"id\" and the text \"reason\", which is not blank and has "
        + "at most 500 characters.";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var support = routes.MapGroup("/support/api/deliveries").WithTags("Support");
        support.MapPost("/payload", (HttpContext context, SetAsideEndpoints endpoints) => endpoints.OpenAsync(context))
            .RequireAuthorization(Policies.Phi).WithMetadata(new AuditedEndpoint(AuditAct.Payload, StaffRoles.Phi))
            .Produces<byte[]>(StatusCodes.Status200OK, "application/octet-stream")
            .Produces<SupportError>(StatusCodes.Status400BadRequest).Produces<SupportError>(StatusCodes.Status404NotFound)
            .Describe(SupportOpenApi.DescribePayload);
        support.MapPost("/release", (HttpContext context, SetAsideEndpoints endpoints) => endpoints.ReleaseAsync(context))
            .RequireAuthorization(Policies.Operate).WithMetadata(new AuditedEndpoint(AuditAct.Release, StaffRoles.Operate))
            .Produces<ReleaseResponse>()
            .Produces<SupportError>(StatusCodes.Status400BadRequest).Produces<SupportError>(StatusCodes.Status404NotFound)
            .Produces<SupportError>(StatusCodes.Status409Conflict).Describe(SupportOpenApi.DescribeRelease);
    }

    private async Task<IResult> OpenAsync(HttpContext context)
    {
        if (await ReadAsync(context, AuditAct.Payload, StaffRoles.Phi) is not { } request)
        {
            return SupportResponses.BadRequest(NoRequest);
        }

        if (request.Delivery is not { } delivery || await store.FindAsync(delivery.DeliveryId, context.RequestAborted) is not
            { HasBody: true } stored)
        {
            await audit.RecordAsync(context, request.Access, AuditOutcome.NotFound);
            return SupportResponses.NotFound("There is no delivery with this ID that you may see and whose body is stored.");
        }

        using var body = await bodies.ReadAsync(stored, request.Staff, context.RequestAborted);
        if (body.Message is not { } message)
        {
            await audit.RecordAsync(context, request.Access, AuditOutcome.Failed, row => row with { DeliveryIds = [stored.Id] });
            return body.IsTooLarge
                ? SupportResponses.Error(StatusCodes.Status409Conflict, "The body is larger than Intake:MaxBodyBytes.")
                : SupportResponses.Error(StatusCodes.Status503ServiceUnavailable, "There is no memory for the body now; please try again.");
        }

        var patients = validator.Validate(message, request.Staff, time.GetUtcNow()).Fields?.PatientKeys() ?? [];
        await audit.RecordAsync(context, request.Access, AuditOutcome.Success, row => row with
        {
            DeliveryIds = [stored.Id], Documents = Document(delivery), PatientKeys = patients, IsTest = delivery.Test,
        });

        // Written here, because the memory is given back when this method returns.
        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength = message.BodyLength;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{stored.Id}\"";
        await using var raw = message.OpenRaw();
        await raw.CopyToAsync(context.Response.Body, context.RequestAborted);
        return Results.Empty;
    }

    private async Task<IResult> ReleaseAsync(HttpContext context)
    {
        if (await ReadAsync(context, AuditAct.Release, StaffRoles.Operate) is not { } request)
        {
            return SupportResponses.BadRequest(NoRequest);
        }

        var result = request.Delivery is { } delivery
            ? await releaser.ReleaseAsync(delivery.DeliveryId, request.Staff, request.Access.Reason, context.RequestAborted)
            : new ReleaseResult.NotFound();
        if (result is ReleaseResult.Released released)
        {
            return SupportResponses.Json(new ReleaseResponse(released.Outcome.Name(), released.Delivery.Id)); // the store has recorded it
        }

        var text = result.Words;
        var status = result switch
        {
            ReleaseResult.NotFound => StatusCodes.Status404NotFound,
            ReleaseResult.NotNow => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status409Conflict,
        };
        var outcome = result is ReleaseResult.NotFound ? AuditOutcome.NotFound : AuditOutcome.Failed;
        await audit.RecordAsync(context, request.Access, outcome, row => row with
        {
            Detail = text, DeliveryIds = request.Delivery is { } named ? [named.DeliveryId] : [],
        });
        return SupportResponses.Error(status, text);
    }

    /// <summary>Null for a request that breaks the rules, which has been recorded.</summary>
    private async Task<Request?> ReadAsync(HttpContext context, AuditAct act, string role)
    {
        var body = await SupportRequest.ReadAsync(context);
        var reason = body?.Text("reason")?.Trim();
        if (!Guid.TryParse(body?.Text("id"), out var id) || reason is not { Length: > 0 and <= MaxReason })
        {
            await audit.RecordAsync(context, new AccessRequest(act), AuditOutcome.Refused, row => row with { Detail = NoRequest });
            return null;
        }

        // The look-up of a delivery by its own ID knows the sources that the member of staff may see.
        var staff = (Caller.Staff)context.GetCallerWithOrigin(role)!;
        var found = await store.FindDeliveriesAsync(
            id.ToString(), DeliveryPosition.First, MaxFound, staff.VisibleSources, context.RequestAborted);
        var delivery = found.FirstOrDefault(one => one.DeliveryId.Value == id);
        return new Request(staff, delivery, new AccessRequest(act, id.ToString()) { Reason = reason });
    }

    private static IReadOnlyList<SeenDocument> Document(DeliveryRecord delivery) => delivery.DocumentId is { } documentId
        ? [new SeenDocument(DocumentKey.Of(delivery.Source, documentId, delivery.Test), null)] : [];

    /// <param name="Delivery">Null when there is none that the member of staff may see.</param>
    private sealed record Request(Caller.Staff Staff, DeliveryRecord? Delivery, AccessRequest Access);
}

/// <summary>The result of a release.</summary>
/// <param name="Outcome">That of the delivery that applied the event.</param>
/// <param name="DeliveryId">The delivery that applied it.</param>
internal sealed record ReleaseResponse(string Outcome, DeliveryId DeliveryId);
