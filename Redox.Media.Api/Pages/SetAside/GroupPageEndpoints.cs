using System.Globalization;
using Redox.Media.Api.Pages.Layout;
using Redox.Media.Api.RemoteFiles;
using Redox.Media.Api.Security;
using Redox.Media.Api.Support;
using Redox.Media.Core.Audit;
using Redox.Media.Core.SetAside;

namespace Redox.Media.Api.Pages.SetAside;

/// <summary>The list of groups, the page of one, and what staff decide about it.</summary>
internal static class GroupPageEndpoints
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        var looks = pages.MapGroup("").RequireSession(Policies.Trace)
            .WithMetadata(new AuditedEndpoint(AuditAct.SetAsideLookUp, StaffRoles.Trace));
        looks.MapGet(PageAddresses.SetAside, ListAsync);
        looks.MapGet(SetAsideAddress.Groups + "/{id:guid}", ShowAsync);
        pages.MapPost(SetAsideAddress.RetryRemoteFiles, RetryAsync).RequireSession(Policies.Operate)
            .WithMetadata(new AuditedEndpoint(AuditAct.SetAsideChange, StaffRoles.Operate));
        var changes = pages.MapGroup(SetAsideAddress.Groups + "/{id:guid}").RequireSession(Policies.Operate)
            .WithMetadata(new AuditedEndpoint(AuditAct.SetAsideChange, StaffRoles.Operate));
        changes.MapPost("/archive", ArchiveAsync);
        changes.MapPost("/unarchive", (Guid id, HttpContext context, SetAsideWorkList list, CancellationToken cancellation) =>
            BackAsync(context, id, list.ArchiveAsync(context, id, null, cancellation)));
        changes.MapPost("/assignee", AssignAsync);
        pages.MapPost(SetAsideAddress.Groups + "/{id:guid}/notes", WriteNoteAsync).RequireSession(Policies.Trace)
            .WithMetadata(new AuditedEndpoint(AuditAct.SetAsideChange, StaffRoles.Trace));
    }

    public static IResult NoGroup(HttpContext context) => Page.Notice(
        context, StatusCodes.Status404NotFound, "There is no such group",
        "No set-aside deliveries that you may see have this group. They may be of a source that you may not see.");

    private static async Task<IResult> ListAsync(
        HttpContext context, SetAsideWorkList list, OverdueFiles files, CancellationToken cancellation)
    {
        var withSettled = context.Request.Query["state"] == "all";
        return Page.Of<GroupListPage>(context, new GroupListModel(
            await list.ListAsync(context, withSettled, cancellation), withSettled, await files.FindAsync(context, cancellation)));
    }

    private static async Task<IResult> RetryAsync(HttpContext context, OverdueFiles files, CancellationToken cancellation)
    {
        var form = await context.Request.ReadFormAsync(cancellation);
        await files.RetryAsync(context, form["source"].ToString(), form["host"].ToString(), cancellation);
        return Page.SeeOther(context, PageAddresses.SetAside + "#remote-files");
    }

    private static async Task<IResult> ShowAsync(
        Guid id, HttpContext context, SetAsideWorkList list, StaffNotes notes, CancellationToken cancellation)
    {
        if (SetAsideRequest.State(context) is not { } state || !SetAsideRequest.TryPosition(context, out var before))
        {
            return Page.Notice(
                context, StatusCodes.Status400BadRequest, "There is no such page of the group",
                "The address may have been cut off when it was copied.");
        }

        return await list.FindAsync(context, id, state, before, cancellation) is { } found
            ? Page.Of<GroupPage>(context, await ModelAsync(context, found, state, before is null, notes))
            : NoGroup(context);
    }

    private static async Task<IResult> ArchiveAsync(
        Guid id, HttpContext context, SetAsideWorkList list, StaffNotes notes, AccessAudit audit, TimeProvider time,
        CancellationToken cancellation)
    {
        var form = await context.Request.ReadFormAsync(cancellation);
        var isDate = DateTimeOffset.TryParseExact(
            form["until"], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until);
        return isDate && until > time.GetUtcNow()
            ? await BackAsync(context, id, list.ArchiveAsync(context, id, until, cancellation))
            : await RefuseAsync(
                context, id, list, notes, audit, "The group is not archived: the date must be a day after today, at UTC.", cancellation);
    }

    private static async Task<IResult> AssignAsync(
        Guid id, HttpContext context, SetAsideWorkList list, StaffNotes notes, AccessAudit audit, CancellationToken cancellation)
    {
        var assignee = (await context.Request.ReadFormAsync(cancellation))["assignee"].ToString().Trim();
        return assignee.Length <= SetAsideWorkList.MaxAssignee
            ? await BackAsync(context, id, list.AssignAsync(context, id, assignee.Length == 0 ? null : assignee, cancellation))
            : await RefuseAsync(
                context, id, list, notes, audit, "The assignee is as before: a name has at most 200 characters.", cancellation);
    }

    private static async Task<IResult> WriteNoteAsync(
        Guid id, HttpContext context, SetAsideWorkList list, StaffNotes notes, AccessAudit audit, CancellationToken cancellation)
    {
        if (!await notes.SeesGroupAsync(context, id))
        {
            await audit.NotFoundAsync(context, id, "");
            return NoGroup(context);
        }

        var text = (await context.Request.ReadFormAsync(cancellation))["text"].ToString();
        return await notes.WriteAsync(context, id, text) is null
            ? await RefuseAsync(context, id, list, notes, audit, NotePages.BadText, cancellation, text)
            : Page.SeeOther(context, SetAsideAddress.OfGroup(id) + "#notes");
    }

    private static async Task<IResult> BackAsync(HttpContext context, Guid id, Task<SetAsideGroup?> change) =>
        await change is null ? NoGroup(context) : Page.SeeOther(context, SetAsideAddress.OfGroup(id));

    /// <summary>Shows the group again, with what was wrong.</summary>
    private static async Task<IResult> RefuseAsync(
        HttpContext context, Guid id, SetAsideWorkList list, StaffNotes notes, AccessAudit audit, string problem,
        CancellationToken cancellation, string entered = "")
    {
        await audit.RefuseAsync(context, problem);
        if (await list.FindAsync(context, id, SetAsideState.Open, null, cancellation) is not { } found)
        {
            return NoGroup(context);
        }

        var model = await ModelAsync(context, found, SetAsideState.Open, true, notes);
        return Page.Of<GroupPage>(
            context, model with { Problem = problem, Notes = model.Notes with { Entered = entered } }, StatusCodes.Status400BadRequest);
    }

    private static async Task<GroupModel> ModelAsync(
        HttpContext context, SetAsideGroupDeliveries found, SetAsideState state, bool isFirst, StaffNotes notes) =>
        new(
            found.Group, state, found.Deliveries, isFirst, found.Next,
            await NotePages.ReadAsync(context, notes, found.Group.Id, SetAsideAddress.OfGroup(found.Group.Id) + "/notes"));
}
