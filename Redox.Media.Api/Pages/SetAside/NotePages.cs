using Redox.Media.Api.Security;
using Redox.Media.Api.Support;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.SetAside;

namespace Redox.Media.Api.Pages.SetAside;

/// <summary>Notes on pages, and what the page of a delivery shows about setting aside.</summary>
internal static class NotePages
{
    public const string BadText = "The note is not saved: it must have 1 to 4000 characters.";

    public static void Map(IEndpointRouteBuilder pages) =>
        pages.MapPost(PageAddresses.Deliveries + "/{id:guid}/notes", WriteOnDeliveryAsync).RequireSession(Policies.Trace)
            .WithMetadata(new AuditedEndpoint(AuditAct.SetAsideChange, StaffRoles.Trace));

    /// <param name="action">The address that a new note is sent to.</param>
    public static async Task<NotesModel> ReadAsync(HttpContext context, StaffNotes notes, Guid subject, string action)
    {
        var (found, hasMore) = await notes.ReadAsync(context, subject, null, recordsNone: false);
        return new(action, found, hasMore);
    }

    /// <summary>What the page of a delivery shows, whose look-up is recorded.</summary>
    public static async Task<SetAsideSectionModel> SectionAsync(
        HttpContext context, DeliveryRecord delivery, IDocumentStore store, StaffNotes notes, CancellationToken cancellation)
    {
        var id = delivery.DeliveryId;
        var shown = await ReadAsync(context, notes, id.Value, SetAsideAddress.OfDelivery(id) + "/notes");
        if (delivery.Outcome != Outcome.SetAside)
        {
            return new(id, null, null, shown);
        }

        var state = delivery.ReleasedBy is not null ? SetAsideState.Released
            : await store.FindAsync(id, cancellation) is { IsDiscarded: true } ? SetAsideState.Discarded : SetAsideState.Open;
        return new(id, state, SetAsideGroupKey.Of(delivery).Id, shown);
    }

    private static async Task<IResult> WriteOnDeliveryAsync(
        Guid id, HttpContext context, StaffNotes notes, AccessAudit audit, CancellationToken cancellation)
    {
        if (!await notes.SeesDeliveryAsync(context, id))
        {
            await audit.NotFoundAsync(context, id, "");
            return Page.Notice(
                context, StatusCodes.Status404NotFound, "There is no such delivery", "It may be of a source that you may not see.");
        }

        if (await notes.WriteAsync(context, id, (await context.Request.ReadFormAsync(cancellation))["text"]) is null)
        {
            await audit.RefuseAsync(context, BadText);
            return Page.Notice(context, StatusCodes.Status400BadRequest, "The note is not saved", BadText + " Go back and change it.");
        }

        return Page.SeeOther(context, SetAsideAddress.OfDelivery(new DeliveryId(id)) + "#notes");
    }
}
