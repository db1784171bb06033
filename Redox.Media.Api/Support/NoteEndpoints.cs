using Redox.Media.Api.Hosting;
using Redox.Media.Api.Security;
using Redox.Media.Core.Audit;
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

    private static async Task<IResult> ReadOfDeliveryAsync(HttpContext context, Guid delivery, StaffNotes notes, AccessAudit audit) =>
        await notes.SeesDeliveryAsync(context, delivery)
            ? await ReadAsync(context, delivery, notes, audit) : await audit.NotFoundAsync(context, delivery, NoDelivery);

    private static async Task<IResult> ReadOfGroupAsync(HttpContext context, Guid group, StaffNotes notes, AccessAudit audit) =>
        await notes.SeesGroupAsync(context, group)
            ? await ReadAsync(context, group, notes, audit)
            : await audit.NotFoundAsync(context, group, SetAsideGroupEndpoints.NoGroup);

    private static async Task<IResult> WriteOnDeliveryAsync(HttpContext context, Guid delivery, StaffNotes notes, AccessAudit audit) =>
        await notes.SeesDeliveryAsync(context, delivery)
            ? await WriteAsync(context, delivery, notes, audit) : await audit.NotFoundAsync(context, delivery, NoDelivery);

    private static async Task<IResult> WriteOnGroupAsync(HttpContext context, Guid group, StaffNotes notes, AccessAudit audit) =>
        await notes.SeesGroupAsync(context, group)
            ? await WriteAsync(context, group, notes, audit)
            : await audit.NotFoundAsync(context, group, SetAsideGroupEndpoints.NoGroup);

    private static async Task<IResult> ReadAsync(HttpContext context, Guid subject, StaffNotes notes, AccessAudit audit)
    {
        var after = context.Request.Query["after"].ToString();
        Guid? before = Guid.TryParse(after, out var id) ? id : null;
        if (after.Length > 0 && before is null)
        {
            return await audit.RefuseAsync(context, BadPage);
        }

        var (found, hasMore) = await notes.ReadAsync(context, subject, before);
        return SupportResponses.Json(new NoteList([.. found.Select(NoteItem.Of)], hasMore ? found[^1].Id.ToString() : null));
    }

    private static async Task<IResult> WriteAsync(HttpContext context, Guid subject, StaffNotes notes, AccessAudit audit) =>
        await notes.WriteAsync(context, subject, (await SupportRequest.ReadAsync(context))?.Text("text")) is { } note
            ? Results.Json(NoteItem.Of(note), SupportJson.Options, statusCode: StatusCodes.Status201Created)
            : await audit.RefuseAsync(context, BadText);
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
