using Redox.Media.Api.Hosting;
using Redox.Media.Api.Security;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.SetAside;

namespace Redox.Media.Api.Support;

/// <summary>The groups of set-aside deliveries, the deliveries of one, and what a release would give.</summary>
internal static class SetAsideGroupEndpoints
{
    public const string Groups = "/support/api/set-aside/groups";

    public const string NoGroup = "There is no group of set-aside deliveries with this ID that you may see.";

    /// <summary>Groups of one response. There are few: each is a fault of a sender.</summary>
    private const int MaxGroups = 500;

    private const int PageSize = 50;

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
        HttpContext context, ISetAsideStore store, AccessAudit audit, TimeProvider time, CancellationToken cancellation)
    {
        var state = context.Request.Query["state"].ToString();
        if (state is not ("" or "open" or "all"))
        {
            return await audit.RefuseAsync(context, BadState);
        }

        var now = time.GetUtcNow();
        DateTimeOffset? settledSince = state == "all" ? now.AddDays(-SetAsideGroup.Days) : null;
        var found = await store.FindGroupsAsync(settledSince, context.Staff().VisibleSources, now, MaxGroups, cancellation);
        await audit.RecordAsync(context, audit.Request(context), AuditOutcome.Success);
        return SupportResponses.Json(new SetAsideGroupList(
            now, [.. found.Groups.Select(group => SetAsideGroupItem.Of(group, now))], found.HiddenGroups, found.HiddenCount,
            found.HasMore));
    }

    private static async Task<IResult> GroupAsync(
        HttpContext context, Guid group, ISetAsideStore store, AccessAudit audit, TimeProvider time, CancellationToken cancellation)
    {
        var stateText = context.Request.Query["state"].ToString();
        SetAsideState? state = stateText switch
        {
            "" or "open" => SetAsideState.Open,
            "released" => SetAsideState.Released,
            "discarded" => SetAsideState.Discarded,
            _ => null,
        };
        if (state is null || !SetAsideRequest.TryPosition(context, out var before))
        {
            return await audit.RefuseAsync(context, BadPage);
        }

        var now = time.GetUtcNow();
        if (await store.FindGroupAsync(group, context.Staff().VisibleSources, now, cancellation) is not { } found)
        {
            return await audit.NotFoundAsync(context, group, NoGroup);
        }

        var page = await store.FindDeliveriesAsync(group, state.Value, before, PageSize + 1, cancellation);
        DeliveryRecord[] shown = [.. page.Take(PageSize)];
        await audit.RecordAsync(context, audit.Request(context, group.ToString()), AuditOutcome.Success, row => row with
        {
            DeliveryIds = [.. shown.Select(delivery => delivery.DeliveryId)],
            Documents = [.. shown.Where(delivery => delivery.DocumentId is not null)
                .Select(delivery => DocumentKey.Of(delivery.Source, delivery.DocumentId!, delivery.Test)).Distinct()
                .Select(document => new SeenDocument(document, null))],
            IsTest = shown.Length > 0 && shown.All(delivery => delivery.Test),
        });
        var next = page.Count > PageSize ? SetAsideRequest.Position(shown[^1].ReceivedAt, shown[^1].DeliveryId.Value) : null;
        return SupportResponses.Json(new SetAsideGroupPage(
            SetAsideGroupItem.Of(found, now), SetAsideExample.Of(shown), OutcomeTable.Of(Outcome.SetAside).NextStep!, shown, next));
    }

    private static async Task<IResult> DryRunAsync(
        HttpContext context, SetAsideDryRun dryRun, AccessAudit audit, CancellationToken cancellation)
    {
        var staff = context.Staff();
        var body = await SupportRequest.ReadAsync(context);
        if (body?.Selection(staff, SetAsideDryRun.MaxDeliveries) is not { } selection)
        {
            return await audit.RefuseAsync(context, BadSelection);
        }

        var forecast = await dryRun.RunAsync(selection, staff, cancellation);
        var access = audit.Request(context, selection.Group?.ToString(), body.Reason());
        await audit.RecordAsync(context, access, forecast.Matching == 0 ? AuditOutcome.NotFound : AuditOutcome.Success, row => row with
        {
            DeliveryIds = [.. forecast.Tries.Select(one => one.Delivery)],
            PatientKeys = [.. forecast.Tries.SelectMany(one => one.PatientKeys).Distinct()],
            Documents = [.. forecast.Tries.Where(one => one.Document is not null).Select(one => one.Document!.Value).Distinct()
                .Select(document => new SeenDocument(document, null))],
            IsTest = forecast.Tries.Count > 0 && forecast.Tries.All(one => one.IsTest),
        });
        return SupportResponses.Json(SetAsideDryRunResponse.Of(forecast));
    }
}
