using Redox.Media.Api.Security;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.SetAside;

namespace Redox.Media.Api.Support;

/// <summary>
/// Notes for one member of staff, at the interface and on the pages. Staff write names and numbers of patients into them: each reading
/// leaves an audit row, and no log and no audit row has their text.
/// </summary>
internal sealed class StaffNotes(IDocumentStore deliveries, ISetAsideStore store, AccessAudit audit, TimeProvider time)
{
    /// <summary>In characters.</summary>
    public const int MaxText = 4_000;

    private const int PageSize = 100;

    private const int MaxFound = 100;

    // Others may have the ID as their log ID.
    public async Task<bool> SeesDeliveryAsync(HttpContext context, Guid delivery) =>
        (await deliveries.FindDeliveriesAsync(
            delivery.ToString(), DeliveryPosition.First, MaxFound, context.Staff().VisibleSources, context.RequestAborted))
        .Any(found => found.DeliveryId.Value == delivery);

    public async Task<bool> SeesGroupAsync(HttpContext context, Guid group) =>
        await store.FindGroupAsync(group, context.Staff().VisibleSources, time.GetUtcNow(), context.RequestAborted) is not null;

    /// <summary>A page of the notes on a delivery or a group that the member of staff sees, newest first.</summary>
    /// <param name="before">The note before the page; null for the first page.</param>
    /// <param name="recordsNone">Whether a reading that finds none is recorded too.</param>
    public async Task<(IReadOnlyList<StaffNote> Notes, bool HasMore)> ReadAsync(
        HttpContext context, Guid subject, Guid? before, bool recordsNone = true)
    {
        var found = await store.FindNotesAsync(subject, before, PageSize + 1, context.RequestAborted);
        if (found.Count > 0 || recordsNone)
        {
            var access = new AccessRequest(AuditAct.SetAsideLookUp, subject.ToString());
            await audit.RecordAsync(context, access, AuditOutcome.Success, row => row with { Detail = "notes" });
        }

        return ([.. found.Take(PageSize)], found.Count > PageSize);
    }

    /// <summary>Writes a note; null, and nothing is written, unless the text has 1 to <see cref="MaxText"/> characters.</summary>
    public async Task<StaffNote?> WriteAsync(HttpContext context, Guid subject, string? text)
    {
        if (text?.Trim() is not { Length: > 0 and <= MaxText } trimmed)
        {
            return null;
        }

        var now = time.GetUtcNow();
        var id = DeliveryId.Create(SetAsideGroupKey.ShardOf(subject), now).Value;
        var note = new StaffNote(id, subject, now, context.Staff().Member, trimmed);
        var access = audit.Row(context, new AccessRequest(AuditAct.SetAsideChange, subject.ToString()), AuditOutcome.Success);
        await store.AddNoteAsync(note, access with { Detail = "wrote a note" }, context.RequestAborted);
        return note;
    }
}
