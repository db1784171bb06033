using Newtonsoft.Json;
using Redox.Media.Api.Hosting;
using Redox.Media.Api.Security;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;

namespace Redox.Media.Api.Support;

/// <summary>The look-ups of support staff. No response contains a name, a patient identifier or content.</summary>
internal static class SupportEndpoints
{
    private const string Deliveries = "/support/api/deliveries";
    private const string Documents = "/support/api/documents";

    /// <summary>The empty source in a URL, whose segments cannot be empty.</summary>
    private const string NoSource = "-";

    public static void MapSupport(this IEndpointRouteBuilder routes)
    {
        var support = routes.MapGroup("").RequireAuthorization(Policies.Trace).WithTags("Support");
        var deliveries = support.MapGroup("").WithMetadata(new AuditedEndpoint(AuditAct.DeliveryLookUp, StaffRoles.Trace));
        deliveries.MapGet(Deliveries + "/{id}", DeliveryAsync).Produces<DeliveryRecord>()
            .Produces<SupportError>(StatusCodes.Status400BadRequest).Produces<SupportError>(StatusCodes.Status404NotFound)
            .Describe(SupportOpenApi.DescribeDelivery);
        deliveries.MapPost(Deliveries, PostedDeliveryAsync).Produces<DeliveryRecord>()
            .Produces<SupportError>(StatusCodes.Status400BadRequest).Produces<SupportError>(StatusCodes.Status404NotFound)
            .Describe(SupportOpenApi.DescribePostedDelivery);
        var documents = support.MapGroup("").WithMetadata(new AuditedEndpoint(AuditAct.DocumentHistory, StaffRoles.Trace));
        documents.MapGet(Documents + "/{source}/{**documentId}", DocumentAsync).Produces<DocumentHistory>()
            .Produces<SupportError>(StatusCodes.Status404NotFound).Describe(SupportOpenApi.DescribeDocument);
        documents.MapPost(Documents, PostedDocumentAsync).Produces<DocumentHistory>()
            .Produces<SupportError>(StatusCodes.Status400BadRequest).Produces<SupportError>(StatusCodes.Status404NotFound)
            .Describe(SupportOpenApi.DescribePostedDocument);
    }

    private static async Task<IResult> DeliveryAsync(
        HttpContext context, IDocumentStore store, AccessAudit audit, CancellationToken cancellation)
    {
        var id = Uri.UnescapeDataString(SupportRequest.Behind(Deliveries + "/", context).TrimEnd('/')).Trim();
        var after = context.Request.Query["after"].ToString();
        var found = await DeliveryLookup.FindAsync(id, after.Length == 0 ? null : after, VisibleSources(context), store, cancellation);
        return await audit.AnswerAsync(context, id, found);
    }

    private static async Task<IResult> PostedDeliveryAsync(
        HttpContext context, IDocumentStore store, AccessAudit audit, CancellationToken cancellation)
    {
        var body = await SupportRequest.ReadAsync(context);
        var id = body?.Text("id");
        var found = id is null
            ? LookupResult.Refused("The body must be a JSON object with the text \"id\".")
            : await DeliveryLookup.FindAsync(id, body!.Text("after"), VisibleSources(context), store, cancellation);
        return await audit.AnswerAsync(context, id, found);
    }

    private static async Task<IResult> DocumentAsync(
        HttpContext context, IDocumentStore store, AccessAudit audit, CancellationToken cancellation)
    {
        var segments = SupportRequest.Behind(Documents + "/", context).Split('/', 2);
        var (source, id) = (segments[0], segments.Length == 2 ? segments[1] : "");
        source = source == NoSource ? "" : Uri.UnescapeDataString(source);
        var isTest = string.Equals(context.Request.Query["test"], "true", StringComparison.OrdinalIgnoreCase);

        // A slash at the end may belong to the ID.
        var document = await FindAsync(id) ?? (id.EndsWith('/') ? await FindAsync(id[..^1]) : null);
        return await audit.AnswerAsync(context, Named(source, Uri.UnescapeDataString(id), isTest), Result(document, context));

        Task<DocumentHistory?> FindAsync(string escaped) =>
            store.FindDocumentAsync(DocumentKey.Of(source, Uri.UnescapeDataString(escaped), isTest), cancellation);
    }

    private static async Task<IResult> PostedDocumentAsync(
        HttpContext context, IDocumentStore store, AccessAudit audit, CancellationToken cancellation)
    {
        if (await SupportRequest.ReadAsync(context) is not { } body || body.Text("documentId") is not { } id)
        {
            return await audit.AnswerAsync(context, null, LookupResult.Refused(
                "The body must be a JSON object with the text \"documentId\", and \"source\" unless it is empty."));
        }

        var source = body.Text("source") ?? "";
        var isTest = body["test"]?.Type == Newtonsoft.Json.Linq.JTokenType.Boolean && (bool)body["test"]!;
        var document = await store.FindDocumentAsync(DocumentKey.Of(source, id, isTest), cancellation);
        return await audit.AnswerAsync(context, Named(source, id, isTest), Result(document, context));
    }

    private static LookupResult Result(DocumentHistory? document, HttpContext context) =>
        Result(document, context, LookupResult.Of, found => found.Source);

    /// <summary>A document that was found, unless it is of a source that the caller may not see.</summary>
    public static LookupResult Result<T>(T? document, HttpContext context, Func<T, LookupResult> show, Func<T, string> sourceOf)
        where T : class => document switch
    {
        null => LookupResult.NotFound("No event has named this document. A test document is found with test=true."),
        _ when VisibleSources(context)?.Contains(sourceOf(document)) == false =>
            LookupResult.NotFound("The document is of a source that you may not see (Staff:n:Sources).", hidden: 1),
        _ => show(document),
    };

    // As JSON, because both texts may contain any character.
    private static string Named(string source, string documentId, bool test) =>
        JsonConvert.SerializeObject(new { source, documentId, test });

    // What was shown is recorded before it is shown.
    public static async Task<IResult> AnswerAsync(this AccessAudit audit, HttpContext context, string? criteria, LookupResult found)
    {
        var act = context.GetEndpoint()!.Metadata.GetRequiredMetadata<AuditedEndpoint>().Act;
        await audit.RecordAsync(context, new AccessRequest(act, criteria), found.Outcome, row => row with
        {
            Documents = found.Documents, DeliveryIds = found.Deliveries, IsTest = found.IsTest,
        });
        return found.Response;
    }

    // The policy of the endpoints has found the role.
    private static IReadOnlyList<string>? VisibleSources(HttpContext context) => context.GetStaff(StaffRoles.Trace)!.VisibleSources;
}
