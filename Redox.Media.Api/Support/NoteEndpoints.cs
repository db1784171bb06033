using Redox.Media.Api.Hosting;
using Redox.Media.Api.Security;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.SetAside;

namespace Redox.Media.Api.Support;

/// <summary>
/// Notes of staff on deliveries and on groups of set-aside deliveries. Staff write names and numbers of patients into them: they are shown
/// to staff with the role <c>trace</c>, each reading leaves an audit row, and no log has them.
/// </summary>
internal static class NoteEndpoints
{
    private const string OfDelivery = "/support/api/deliveries/{delivery:guid}/notes";

    private const string OfGroup = SetAsideGroupEndpoints.Groups + "/{group:guid}/notes";

    private const int MaxText = 4_000;

    private const int PageSize = 100;

    private const int MaxFound = 100;

    private const string BadText = "The body must be a JSON object with \"text\": 1 to 4000 characters.";

    private const string BadPage = "The parameter \"after\" must be a member \"next\" of a page.";

    private const string NoDelivery = "There is no delivery with this ID that you may see.";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var reads = routes.MapGroup("").RequireAuthorization(Policies.Trace).WithTags("Notes")
            .WithMetadata(new AuditedEndpoint(AuditAct.SetAsideLookUp, StaffRoles.Trace));
        reads.MapGet(OfDelivery, ReadOfDeliveryAsync).Produces<NoteList>().Produces<SupportError>(StatusCodes.Status400BadRequest)
            .Produces<SupportError>(StatusCodes.Status404NotFound).Describe(SetAsideOpenApi.DescribeNotesOfDelivery);
        reads.MapGet(OfGroup, ReadOfGroupAsync).Produces<NoteList>().Produces<SupportError>(StatusCodes.Status400BadRequest)
            .Produces<SupportError>(StatusCodes.Status404NotFound).Describe(SetAsideOpenApi.DescribeNotesOfGroup);
        var writes = routes.MapGroup("").RequireAuthorization(Policies.Trace).WithTags("Notes")
            .WithMetadata(new AuditedEndpoint(AuditAct.SetAsideChange, StaffRoles.Trace));
        writes.MapPost(OfDelivery, WriteOnDeliveryAsync).Produces<NoteItem>(StatusCodes.Status201Created)
            .Produces<SupportError>(StatusCodes.Status400BadRequest).Produces<SupportError>(StatusCodes.Status404NotFound)
            .Describe(SetAsideOpenApi.DescribeNoteOnDelivery);
        writes.MapPost(OfGroup, WriteOnGroupAsync).Produces<NoteItem>(StatusCodes.Status201Created)
            .Produces<SupportError>(StatusCodes.Status400BadRequest).Produces<SupportError>(StatusCodes.Status404NotFound)
            .Describe(SetAsideOpenApi.DescribeNoteOnGroup);
    }

    private static async Task<IResult> ReadOfDeliveryAsync(
        HttpContext context, Guid delivery, IDocumentStore store, ISetAsideStore notes, AccessAudit audit) =>
        await SeesDeliveryAsync(context, delivery, store)
            ? await ReadAsync(context, delivery, notes, audit) : await audit.NotFoundAsync(context, delivery, NoDelivery);

    private static async Task<IResult> ReadOfGroupAsync(
        HttpContext context, Guid group, ISetAsideStore notes, AccessAudit audit, TimeProvider time) =>
        await SeesGroupAsync(context, group, notes, time)
            ? await ReadAsync(context, group, notes, audit)
            : await audit.NotFoundAsync(context, group, SetAsideGroupEndpoints.NoGroup);

    private static async Task<IResult> WriteOnDeliveryAsync(
        HttpContext context, Guid delivery, IDocumentStore store, ISetAsideStore notes, AccessAudit audit, TimeProvider time) =>
        await SeesDeliveryAsync(context, delivery, store)
            ? await WriteAsync(context, delivery, notes, audit, time) : await audit.NotFoundAsync(context, delivery, NoDelivery);

    private static async Task<IResult> WriteOnGroupAsync(
        HttpContext context, Guid group, ISetAsideStore notes, AccessAudit audit, TimeProvider time) =>
        await SeesGroupAsync(context, group, notes, time)
            ? await WriteAsync(context, group, notes, audit, time)
            : await audit.NotFoundAsync(context, group, SetAsideGroupEndpoints.NoGroup);

    private static async Task<IResult> ReadAsync(HttpContext context, Guid subject, ISetAsideStore notes, AccessAudit audit)
    {
        var after = context.Request.Query["after"].ToString();
        Guid? before = Guid.TryParse(after, out var id) ? id : null;
        if (after.Length > 0 && before is null)
        {
            return await audit.RefuseAsync(context, BadPage);
        }

        var found = await notes.FindNotesAsync(subject, before, PageSize + 1, context.RequestAborted);
        NoteItem[] shown = [.. found.Take(PageSize).Select(NoteItem.Of)];
        await audit.RecordAsync(
            context, audit.Request(context, subject.ToString()), AuditOutcome.Success, row => row with { Detail = "notes" });
        return SupportResponses.Json(new NoteList(shown, found.Count > PageSize ? shown[^1].Id.ToString() : null));
    }

    // The text is in the note alone, and in no audit row.
    private static async Task<IResult> WriteAsync(
        HttpContext context, Guid subject, ISetAsideStore notes, AccessAudit audit, TimeProvider time)
    {
        if ((await SupportRequest.ReadAsync(context))?.Text("text")?.Trim() is not { Length: > 0 and <= MaxText } text)
        {
            return await audit.RefuseAsync(context, BadText);
        }

        var now = time.GetUtcNow();
        var id = DeliveryId.Create(SetAsideGroupKey.ShardOf(subject), now).Value;
        var note = new StaffNote(id, subject, now, context.Staff().Member, text);
        var access = audit.Row(context, audit.Request(context, subject.ToString()), AuditOutcome.Success) with { Detail = "wrote a note" };
        await notes.AddNoteAsync(note, access, context.RequestAborted);
        return Results.Json(NoteItem.Of(note), SupportJson.Options, statusCode: StatusCodes.Status201Created);
    }

    // Others may have the ID as their log ID.
    private static async Task<bool> SeesDeliveryAsync(HttpContext context, Guid delivery, IDocumentStore store) =>
        (await store.FindDeliveriesAsync(
            delivery.ToString(), DeliveryPosition.First, MaxFound, context.Staff().VisibleSources, context.RequestAborted))
        .Any(found => found.DeliveryId.Value == delivery);

    private static async Task<bool> SeesGroupAsync(HttpContext context, Guid group, ISetAsideStore store, TimeProvider time) =>
        await store.FindGroupAsync(group, context.Staff().VisibleSources, time.GetUtcNow(), context.RequestAborted) is not null;
}

/// <summary>A note of staff. It may contain health information.</summary>
/// <param name="Member">The member of staff who wrote it.</param>
internal sealed record NoteItem(Guid Id, DateTimeOffset WrittenAt, string Member, string Text)
{
    public static NoteItem Of(StaffNote note) => new(note.Id, note.WrittenAt, note.Member, note.Text);
}

/// <summary>Notes, newest first.</summary>
/// <param name="Next">The position of the next page; null on the last one.</param>
internal sealed record NoteList(IReadOnlyList<NoteItem> Notes, string? Next);
