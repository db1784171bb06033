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
        HttpContext context, SeenDocuments documents, IDocumentStore store, IDocumentChangeLog log, IAuditSearch accesses,
        MessageModels messages, AccessAudit audit, CancellationToken cancellation)
    {
        var seen = await documents.FindAsync(context, StaffRoles.Trace, cancellation);
        if (seen is not { Document: { } document })
        {
            return await seen.RefuseAsync(context, audit, new AccessRequest(AuditAct.DocumentHistory));
        }

        DeliveryId? after = Guid.TryParseExact(context.Request.Query["after"], "D", out var id) ? new DeliveryId(id) : null;
        var changes = await FindChangesAsync(log, seen.Key, after, cancellation);
        await seen.RecordAsync(context, audit, AuditAct.DocumentHistory, changes?.Before.Concat(changes.After));
        var delivery = seen.Patient is { } patient ? await FindDeliveryAsync(patient.Received, context, store, cancellation) : null;
        var message = delivery is null ? null : await messages.OpenAsync(context, delivery, audit, cancellation);
        var access = await accesses.FindAsync(new AuditQuestion { Documents = [seen.Key] }, null, Accesses, cancellation);
        return Page.Of<DocumentPage>(context, new DocumentModel(document, access.Events)
        {
            Changes = changes,
            IsFirstPage = after is null,
            Message = message,
            Patient = seen.Patient,
            IsRevealed = seen.RevealReason is not null,
            Done = document.Corrections.Count > 0 && context.Request.Query["done"] == document.Corrections[^1].CorrectionId.ToString()
                ? document.Corrections[^1] : null,
        });
    }

    // The page says that bytes are damaged also when they are so damaged that the database cannot read them.
    private static async Task<DocumentChanges?> FindChangesAsync(
        IDocumentChangeLog log, DocumentKey key, DeliveryId? after, CancellationToken cancellation)
    {
        try
        {
            return await log.FindAsync(key, after, cancellation);
        }
        catch (IntegrityException)
        {
            return null;
        }
    }

    private static async Task<DeliveryRecord?> FindDeliveryAsync(
        DeliveryId id, HttpContext context, IDocumentStore store, CancellationToken cancellation)
    {
        var sources = context.GetStaff(StaffRoles.Trace)!.VisibleSources;
        var found = await DeliveryLookup.FindAsync(id.ToString(), null, sources, store, cancellation);
        return found.All.FirstOrDefault(one => one.DeliveryId == id);
    }
}
