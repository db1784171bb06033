using Redox.Media.Api.Hosting;
using Redox.Media.Api.Security;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.SetAside;

namespace Redox.Media.Api.Support;

/// <summary>The groups of set-aside deliveries, the deliveries of one, and what a release would give.</summary>
internal static class SetAsideGroupEndpoints
{
    public const string Groups = "/support/api/set-aside/groups";

    public const string NoGroup = "There is no group of set-aside deliveries with this ID that you may see.";

    private const string BadState = "The parameter \"state\" must be open or all.";

    private const string BadPage =
        "The parameter \"state\" must be open, released or discarded, and \"after\" a member \"next\" of a page.";

    private const string BadSelection =
        "The body must be a JSON object with the ID of a \"group\", or with \"deliveries\": an array of 1 to 1000 delivery IDs.";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var groups = routes.MapGroup("").RequireAuthorization(Policies.Trace).WithTags("Set aside")
            .WithMetadata(new AuditedEndpoint(AuditAct.SetAsideLookUp, StaffRoles.Trace));
        groups.MapGet(Groups, GroupsAsync).Produces<SetAsideGroupList>().Produces<SupportError>(StatusCodes.Status400BadRequest)
            .Describe(SetAsideOpenApi.DescribeGroups);
        groups.MapGet(Groups + "/{group:guid}", GroupAsync).Produces<SetAsideGroupPage>()
            .Produces<SupportError>(StatusCodes.Status400BadRequest).Produces<SupportError>(StatusCodes.Status404NotFound)
            .Describe(SetAsideOpenApi.DescribeGroup);
        routes.MapPost("/support/api/set-aside/dry-run", DryRunAsync).RequireAuthorization(Policies.Operate).WithTags("Set aside")
            .WithMetadata(new AuditedEndpoint(AuditAct.DryRun, StaffRoles.Operate))
            .Produces<SetAsideDryRunResponse>().Produces<SupportError>(StatusCodes.Status400BadRequest)
            .Describe(SetAsideOpenApi.DescribeDryRun);
    }

    private static async Task<IResult> GroupsAsync(
        HttpContext context, SetAsideWorkList list, AccessAudit audit, TimeProvider time, CancellationToken cancellation)
    {
        var state = context.Request.Query["state"].ToString();
        if (state is not ("" or "open" or "all"))
        {
            return await audit.RefuseAsync(context, BadState);
        }

        var now = time.GetUtcNow();
        var found = await list.ListAsync(context, withSettled: state == "all", cancellation);
        return SupportResponses.Json(new SetAsideGroupList(
            now, [.. found.Groups.Select(group => SetAsideGroupItem.Of(group, now))], found.HiddenGroups, found.HiddenCount,
            found.HasMore));
    }

    private static async Task<IResult> GroupAsync(
        HttpContext context, Guid group, SetAsideWorkList list, AccessAudit audit, TimeProvider time, CancellationToken cancellation)
    {
        if (SetAsideRequest.State(context) is not { } state || !SetAsideRequest.TryPosition(context, out var before))
        {
            return await audit.RefuseAsync(context, BadPage);
        }

        return await list.FindAsync(context, group, state, before, cancellation) is { } found
            ? SupportResponses.Json(new SetAsideGroupPage(
                SetAsideGroupItem.Of(found.Group, time.GetUtcNow()), SetAsideExample.Of(found.Deliveries),
                OutcomeTable.Of(Outcome.SetAside).NextStep!, found.Deliveries, found.Next))
            : SupportResponses.NotFound(NoGroup);
    }

    private static async Task<IResult> DryRunAsync(
        HttpContext context, SetAsideWorkList list, AccessAudit audit, CancellationToken cancellation)
    {
        var body = await SupportRequest.ReadAsync(context);
        return body?.Selection(context.Staff(), SetAsideDryRun.MaxDeliveries) is { } selection
            ? SupportResponses.Json(SetAsideDryRunResponse.Of(await list.TryAsync(context, selection, body.Reason(), cancellation)))
            : await audit.RefuseAsync(context, BadSelection);
    }
}
