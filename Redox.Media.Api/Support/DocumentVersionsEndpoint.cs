using Microsoft.OpenApi;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Redox.Media.Api.Hosting;
using Redox.Media.Api.Security;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;

namespace Redox.Media.Api.Support;

/// <summary>What each version of a document changed, and its chain of replacements. No value of a message is shown.</summary>
internal static class DocumentVersionsEndpoint
{
    public const string Address = "/support/api/documents/versions";

    private const string Incomplete =
        "documentId is required; source may be missing if it is empty; after takes the member next of the page before.";

    public static void MapDocumentVersions(this IEndpointRouteBuilder routes)
    {
        var versions = routes.MapGroup("").RequireAuthorization(Policies.Trace).WithTags("Support")
            .WithMetadata(new AuditedEndpoint(AuditAct.DocumentHistory, StaffRoles.Trace));
        versions.MapGet(Address, GetAsync).Produces<DocumentChanges>().Produces<SupportError>(StatusCodes.Status400BadRequest)
            .Produces<SupportError>(StatusCodes.Status404NotFound).Describe(SupportOpenApi.DescribeVersions);
        versions.MapPost(Address, PostAsync).Produces<DocumentChanges>().Produces<SupportError>(StatusCodes.Status400BadRequest)
            .Produces<SupportError>(StatusCodes.Status404NotFound).Describe(SupportOpenApi.DescribePostedVersions);
    }

    private static Task<IResult> GetAsync(
        HttpContext context, IDocumentChangeLog log, AccessAudit audit, CancellationToken cancellation)
    {
        var query = context.Request.Query;
        return AnswerAsync(
            context, log, audit, query["source"].ToString(), query["documentId"].ToString(),
            string.Equals(query["test"], "true", StringComparison.OrdinalIgnoreCase), query["after"], cancellation);
    }

    private static async Task<IResult> PostAsync(
        HttpContext context, IDocumentChangeLog log, AccessAudit audit, CancellationToken cancellation)
    {
        var body = await SupportRequest.ReadAsync(context);
        var isTest = body?["test"] is JValue { Type: JTokenType.Boolean, Value: true };
        return await AnswerAsync(
            context, log, audit, body?.Text("source") ?? "", body?.Text("documentId") ?? "", isTest, body?.Text("after"), cancellation);
    }

    private static async Task<IResult> AnswerAsync(
        HttpContext context, IDocumentChangeLog log, AccessAudit audit, string source, string documentId, bool isTest, string? after,
        CancellationToken cancellation)
    {
        var position = Guid.TryParseExact(after, "D", out var id) ? new DeliveryId(id) : (DeliveryId?)null;
        LookupResult result;
        if (documentId.Length == 0 || (!string.IsNullOrEmpty(after) && position is null))
        {
            result = LookupResult.Refused(Incomplete);
        }
        else
        {
            result = SupportEndpoints.Result(
                await log.FindAsync(DocumentKey.Of(source, documentId, isTest), position, cancellation), context, LookupResult.Of,
                document => document.Source);
        }

        // As JSON, because both texts may contain any character.
        var named = documentId.Length == 0 ? null : JsonConvert.SerializeObject(new { source, documentId, test = isTest });
        return await audit.AnswerAsync(context, named, result);
    }
}
