using Newtonsoft.Json;
using Redox.Media.Api.Pages.Messages;
using Redox.Media.Api.Security;
using Redox.Media.Api.Support;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;

namespace Redox.Media.Api.Pages.Documents;

/// <summary>The page of one document.</summary>
internal static class DocumentEndpoints
{
    /// <summary>The last accesses that are listed.</summary>
    private const int Accesses = 20;

    public static void MapDocuments(this RouteGroupBuilder pages)
    {
        pages.MapGet(PageAddresses.Documents, ShowAsync).RequireSession(Policies.Trace)
            .WithMetadata(new AuditedEndpoint(AuditAct.DocumentHistory, StaffRoles.Trace));
        pages.MapCorrections();
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, SeenDocuments documents, IDocumentStore store, IAuditSearch accesses, MessageModels messages,
        AccessAudit audit, CancellationToken cancellation)
    {
        var seen = await documents.FindAsync(context, StaffRoles.Trace, cancellation);
        if (seen is not { Document: { } document })
        {
            return await seen.RefuseAsync(context, audit, new AccessRequest(AuditAct.DocumentHistory));
        }

        await seen.RecordAsync(context, audit, AuditAct.DocumentHistory);
        var delivery = seen.Patient is { } patient ? await FindDeliveryAsync(patient.Received, context, store, cancellation) : null;
        var message = delivery is null ? null : await messages.OpenAsync(context, delivery, audit, cancellation);
        var access = await accesses.FindAsync(new AuditQuestion { Documents = [seen.Key] }, null, Accesses, cancellation);
        return Page.Of<DocumentPage>(context, new DocumentModel(document, access.Events)
        {
            Message = message,
            Patient = seen.Patient,
            IsRevealed = seen.RevealReason is not null,
            Done = document.Corrections.Count > 0 && context.Request.Query["done"] == document.Corrections[^1].CorrectionId.ToString()
                ? document.Corrections[^1] : null,
        });
    }

    private static async Task<DeliveryRecord?> FindDeliveryAsync(
        DeliveryId id, HttpContext context, IDocumentStore store, CancellationToken cancellation)
    {
        var sources = context.GetStaff(StaffRoles.Trace)!.VisibleSources;
        var found = await DeliveryLookup.FindAsync(id.ToString(), null, sources, store, cancellation);
        return found.All.FirstOrDefault(one => one.DeliveryId == id);
    }
}

/// <summary>Finds the document that an address names, for a page.</summary>
internal sealed class SeenDocuments(IDocumentStore store, MisfiledDocuments misfiled)
{
    /// <param name="role">The role of staff that the page needs.</param>
    public async Task<SeenDocumentPage> FindAsync(HttpContext context, string role, CancellationToken cancellation)
    {
        if (DocumentAddress.KeyOf(context.Request) is not { } key)
        {
            return new SeenDocumentPage(default, null, IsOfOtherSource: false);
        }

        var document = await store.FindDocumentAsync(key, cancellation);
        return document is not null && context.GetStaff(role)!.VisibleSources?.Contains(document.Source) == false
            ? new SeenDocumentPage(key, null, IsOfOtherSource: true)
            : new SeenDocumentPage(key, document, IsOfOtherSource: false)
            {
                Patient = document?.State == "current" ? await misfiled.FindPatientAsync(key, cancellation) : null,
                RevealReason = context.RevealReason(),
            };
    }
}

/// <summary>The document that an address names.</summary>
/// <param name="Document">Null if there is none that may be seen.</param>
/// <param name="IsOfOtherSource">Whether there is one of a source that may not be seen.</param>
internal sealed record SeenDocumentPage(DocumentKey Key, DocumentHistory? Document, bool IsOfOtherSource)
{
    /// <summary>Null for a document that is not current.</summary>
    public DocumentPatient? Patient { get; init; }

    /// <summary>The reason for which values are shown; null while they are not.</summary>
    public string? RevealReason { get; init; }

    /// <summary>Whose it is, for a page that has recorded so; null while values are not shown.</summary>
    public IReadOnlyList<PatientIdentifier>? ShownPatient => RevealReason is null ? null : Patient?.Identifiers;

    /// <summary>Records that the document was shown; while values are shown also whose it is.</summary>
    public Task RecordAsync(HttpContext context, AccessAudit audit, AuditAct act) => audit.RecordAsync(
        context,
        new AccessRequest(act, Criteria) { Reason = RevealReason, PatientKeys = RevealReason is null ? [] : Patient?.Keys ?? [] },
        AuditOutcome.Success,
        row => row with { Documents = [new SeenDocument(Key, null)], IsTest = Document!.Test });

    /// <summary>Records that there was nothing to show, and says so.</summary>
    public async Task<IResult> RefuseAsync(HttpContext context, AccessAudit audit, AccessRequest access)
    {
        await audit.RecordAsync(context, access with { Criteria = Named(context) }, AuditOutcome.NotFound);
        return Page.Notice(
            context, StatusCodes.Status404NotFound, "There is no such document",
            IsOfOtherSource ? "It is of a source that you may not see (Staff:n:Sources)."
                : "No event has named it. A test document is another one than that of production with the same ID; the search finds both. "
                    + "Or the address was cut off when it was copied.");
    }

    // As JSON, because both texts may contain any character.
    private string Criteria => JsonConvert.SerializeObject(
        new { source = Document!.Source, documentId = Document.DocumentId, test = Document.Test });

    private static string Named(HttpContext context)
    {
        var query = context.Request.Query;
        return query.ContainsKey("id")
            ? JsonConvert.SerializeObject(new
            {
                source = query["source"].ToString(), documentId = query["id"].ToString(), test = query["test"] == "yes",
            })
            : JsonConvert.SerializeObject(new { key = query["key"].ToString() });
    }
}
