using Microsoft.Extensions.Primitives;
using Redox.Media.Api.Pages.Layout;
using Redox.Media.Api.Pages.Messages;
using Redox.Media.Api.Security;
using Redox.Media.Api.Support;
using Redox.Media.Core.Audit;
using Redox.Media.Core.SetAside;

namespace Redox.Media.Api.Pages.SetAside;

/// <summary>What a release would give, the page that asks for the reason of an act, and the act.</summary>
internal static class ActPageEndpoints
{
    private const string NoReason =
        "A reason is needed. Choose one of the list; another reason has to be written out, in at most 400 characters. Nothing was started.";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet(SetAsideAddress.DryRun, DryRunAsync).RequireSession(Policies.Operate)
            .WithMetadata(new AuditedEndpoint(AuditAct.DryRun, StaffRoles.Operate));
        pages.MapGet(SetAsideAddress.Confirm, ConfirmAsync).RequireSession(Policies.Operate)
            .WithMetadata(new AuditedEndpoint(AuditAct.SetAsideLookUp, StaffRoles.Operate));
        pages.MapPost(SetAsideAddress.Jobs, CreateAsync).RequireSession(Policies.Operate)
            .WithMetadata(new AuditedEndpoint(AuditAct.SetAsideChange, StaffRoles.Operate));
    }

    // A look and no act: it may be repeated by reloading it, and says as of when it is.
    private static async Task<IResult> DryRunAsync(
        HttpContext context, SetAsideWorkList list, AccessAudit audit, CancellationToken cancellation)
    {
        var query = context.Request.Query;
        if (Selection(context, query["group"], query["delivery"], SetAsideDryRun.MaxDeliveries) is not { } selection)
        {
            return await NothingChosenAsync(context, audit);
        }

        var (group, isVisible) = await GroupAsync(context, list, selection, cancellation);
        return isVisible
            ? Page.Of<DryRunPage>(context, new DryRunModel(
                SetAsideDryRunResponse.Of(await list.TryAsync(context, selection, null, cancellation)), group, selection.Deliveries))
            : await NoGroupAsync(context, audit, selection);
    }

    private static async Task<IResult> ConfirmAsync(
        HttpContext context, SetAsideWorkList list, AccessAudit audit, CancellationToken cancellation)
    {
        var query = context.Request.Query;
        if (SetAsideRequest.Act(query["act"]) is not { } act
            || Selection(context, query["group"], query["delivery"], SetAsideJob.MaxDeliveries) is not { } selection)
        {
            return await NothingChosenAsync(context, audit);
        }

        long? stated = query["count"].Count == 0 && selection.Deliveries.Count > 0 ? selection.Deliveries.Count
            : long.TryParse(query["count"], out var count) ? count : null;
        return await AskAsync(
            context, list, audit, act, selection, StatusCodes.Status200OK, model => model with { Stated = stated }, cancellation);
    }

    private static async Task<IResult> CreateAsync(
        HttpContext context, SetAsideWorkList list, SetAsideJobs jobs, AccessAudit audit, CancellationToken cancellation)
    {
        var form = await context.Request.ReadFormAsync(cancellation);
        if (SetAsideRequest.Act(form["act"]) is not { } act || !long.TryParse(form["count"], out var count) || count <= 0
            || Selection(context, form["group"], form["delivery"], SetAsideJob.MaxDeliveries) is not { } selection)
        {
            return await NothingChosenAsync(context, audit);
        }

        if (Reasons.Of(form["choice"], form["reason"]) is not { } reason)
        {
            await audit.RefuseAsync(context, NoReason);
            return await AskAsync(
                context, list, audit, act, selection, StatusCodes.Status400BadRequest,
                model => Entered(model) with { Problem = NoReason }, cancellation);
        }

        var (job, creation) = await jobs.CreateAsync(context, act, selection, count, reason, cancellation);
        return creation.IsCreated
            ? Page.SeeOther(context, SetAsideAddress.OfJob(job.Id, selection.Deliveries is [var only] ? only : null))
            : await AskAsync(
                context, list, audit, act, selection, StatusCodes.Status409Conflict,
                model => Entered(model) with { Problem = "Nothing was started." }, cancellation);

        ConfirmModel Entered(ConfirmModel model) => model with { Stated = count, Choice = form["choice"], Words = form["reason"] };
    }

    private static async Task<IResult> AskAsync(
        HttpContext context, SetAsideWorkList list, AccessAudit audit, SetAsideAct act, SetAsideSelection selection, int status,
        Func<ConfirmModel, ConfirmModel> complete, CancellationToken cancellation)
    {
        var (group, isVisible) = await GroupAsync(context, list, selection, cancellation);
        if (!isVisible)
        {
            return await NoGroupAsync(context, audit, selection);
        }

        var matching = await list.CountAsync(context, act, selection, cancellation);
        return Page.Of<ConfirmPage>(context, complete(new ConfirmModel(act, group, selection.Deliveries, matching)), status);
    }

    private static async Task<(SetAsideGroup? Group, bool IsVisible)> GroupAsync(
        HttpContext context, SetAsideWorkList list, SetAsideSelection selection, CancellationToken cancellation)
    {
        var group = selection.Group is { } id ? await list.FindAsync(context, id, cancellation) : null;
        return (group, selection.Group is null || group is not null);
    }

    private static SetAsideSelection? Selection(HttpContext context, StringValues group, StringValues deliveries, int maxDeliveries) =>
        (group.Count, deliveries.Count) switch
        {
            (1, 0) => SetAsideRequest.OfGroup(group, context.Staff()),
            (0, > 0) => SetAsideRequest.Named(deliveries, context.Staff(), maxDeliveries),
            _ => null,
        };

    private static async Task<IResult> NoGroupAsync(HttpContext context, AccessAudit audit, SetAsideSelection selection)
    {
        await audit.NotFoundAsync(context, selection.Group!.Value, "");
        return GroupPageEndpoints.NoGroup(context);
    }

    private static async Task<IResult> NothingChosenAsync(HttpContext context, AccessAudit audit)
    {
        const string Text = "Nothing was done. Go back and choose at least one delivery of the list.";
        await audit.RefuseAsync(context, Text);
        return Page.Notice(context, StatusCodes.Status400BadRequest, "No delivery was chosen", Text);
    }
}
