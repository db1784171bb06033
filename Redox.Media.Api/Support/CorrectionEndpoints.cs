using System.Globalization;
using Newtonsoft.Json.Linq;
using Redox.Media.Api.Configuration;
using Redox.Media.Api.Fhir;
using Redox.Media.Api.Hosting;
using Redox.Media.Api.Security;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;

namespace Redox.Media.Api.Support;

/// <summary>
/// What staff do with a document that is in the wrong patient's record. Each act needs a reason, and the version of the document that the
/// member of staff saw; what names a patient is in the body only.
/// </summary>
internal sealed class CorrectionEndpoints(MisfiledDocuments documents, AccessAudit audit, LastKnownGood<FhirSettings> settings)
{
    private const int MaxReason = 500;

    /// <summary>Identifiers of the patient to whom a document is moved.</summary>
    public const int MaxIdentifiers = 20;

    private const string NoRequest =
        "The body must be a JSON object with the texts \"documentId\", \"source\" unless it is empty, \"version\", as the look-up of the "
        + "document has it, and \"reason\", which is not blank and has at most 500 characters; and \"test\": true for a test document.";

    private const string NoPatient =
        "A move needs \"patient\", an array of objects with the texts \"ID\" and \"IDType\" that are not empty, and may have the text "
        + "\"visitNumber\"; or \"back\": true, which moves the document to the patient whom its source named.";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var support = routes.MapGroup("/support/api/documents").WithTags("Support");
        MapAct(support, "/hide", AuditAct.Hide, (endpoints, context) => endpoints.HideAsync(context, AuditAct.Hide))
            .Describe(CorrectionOpenApi.DescribeHide);
        MapAct(support, "/unhide", AuditAct.Unhide, (endpoints, context) => endpoints.HideAsync(context, AuditAct.Unhide))
            .Describe(CorrectionOpenApi.DescribeUnhide);
        MapAct(support, "/move", AuditAct.Move, (endpoints, context) => endpoints.MoveAsync(context), Policies.OperateAndPhi)
            .Describe(CorrectionOpenApi.DescribeMove);
    }

    private static RouteHandlerBuilder MapAct(
        IEndpointRouteBuilder support, string path, AuditAct act, Func<CorrectionEndpoints, HttpContext, Task<IResult>> handle,
        string policy = Policies.Operate) =>
        support.MapPost(path, (HttpContext context, CorrectionEndpoints endpoints) => handle(endpoints, context))
            .RequireAuthorization(policy).WithMetadata(new AuditedEndpoint(act, StaffRoles.Operate))
            .Produces<CorrectionResponse>()
            .Produces<SupportError>(StatusCodes.Status400BadRequest).Produces<SupportError>(StatusCodes.Status404NotFound)
            .Produces<SupportError>(StatusCodes.Status409Conflict);

    private async Task<IResult> HideAsync(HttpContext context, AuditAct act)
    {
        if (Read(context, await SupportRequest.ReadAsync(context)) is not { } request)
        {
            return await RefuseAsync(context, act, NoRequest);
        }

        var result = act == AuditAct.Hide
            ? await documents.HideAsync(request, context.RequestAborted) : await documents.UnhideAsync(request, context.RequestAborted);
        return await AnswerAsync(context, request, act, result);
    }

    private async Task<IResult> MoveAsync(HttpContext context)
    {
        var body = await SupportRequest.ReadAsync(context);
        if (Read(context, body) is not { } request)
        {
            return await RefuseAsync(context, AuditAct.Move, NoRequest);
        }

        if (Target(context, body!) is not { } target)
        {
            return await RefuseAsync(context, AuditAct.Move, NoPatient);
        }

        request = request with { Target = target };
        var result = await documents.MoveAsync(request, context.RequestAborted);
        return await AnswerAsync(context, request, AuditAct.Move, result);
    }

    private async Task<IResult> AnswerAsync(
        HttpContext context, CorrectionRequest request, AuditAct act, CorrectionResult result)
    {
        if (result is CorrectionResult.Corrected corrected)
        {
            return SupportResponses.Json(new CorrectionResponse(corrected.Id, corrected.Version)); // the store has recorded it
        }

        var (status, text) = await RefusedCorrection.RecordAsync(audit, context, request, act, result);
        return SupportResponses.Error(status, text);
    }

    private async Task<IResult> RefuseAsync(HttpContext context, AuditAct act, string text)
    {
        await audit.RecordAsync(context, new AccessRequest(act), AuditOutcome.Refused, row => row with { Detail = text });
        return SupportResponses.BadRequest(text);
    }

    /// <summary>Null for a body that breaks the rules.</summary>
    private MoveTarget? Target(HttpContext context, JObject body)
    {
        var serviceBase = FhirRequest.BaseOf(context.Request, settings.Value);
        if (body["back"] is JValue { Value: true })
        {
            return body["patient"] is null && body["visitNumber"] is null ? new MoveTarget(null, null, serviceBase) : null;
        }

        var patient = (body["patient"] as JArray)?.Select(Identifier).ToList();
        return patient is { Count: > 0 and <= MaxIdentifiers } && !patient.Contains(null)
            ? new MoveTarget([.. patient.OfType<PatientIdentifier>().Distinct()], body.Text("visitNumber"), serviceBase) : null;
    }

    private static PatientIdentifier? Identifier(JToken token) =>
        token is JObject one && one.Text("ID") is { Length: > 0 } id && one.Text("IDType") is { Length: > 0 } type
            ? new PatientIdentifier(id, type) : null;

    /// <summary>Null for a body that breaks the rules.</summary>
    private static CorrectionRequest? Read(HttpContext context, JObject? body) =>
        body?.Text("documentId") is { Length: > 0 } id && body.Text("reason")?.Trim() is { Length: > 0 and <= MaxReason } reason
        && DateTimeOffset.TryParse(body.Text("version"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var version)
            ? new CorrectionRequest
            {
                Source = body.Text("source") ?? "",
                DocumentId = id,
                Test = body["test"] is JValue { Value: true },
                Version = version.ToUniversalTime(),
                Staff = (Caller.Staff)context.GetCallerWithOrigin(StaffRoles.Operate)!,
                Reason = reason,
            }
            : null;
}

/// <summary>A correction that was made.</summary>
/// <param name="CorrectionId">The ID of the correction, and of its audit row.</param>
/// <param name="Version">The version of the document now, for the next correction.</param>
internal sealed record CorrectionResponse(DeliveryId CorrectionId, DateTimeOffset Version);
