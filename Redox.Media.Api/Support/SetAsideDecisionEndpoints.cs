using System.Globalization;
using Newtonsoft.Json.Linq;
using Redox.Media.Api.Hosting;
using Redox.Media.Api.Security;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Documents;
using Redox.Media.Core.SetAside;

namespace Redox.Media.Api.Support;

/// <summary>What staff decide about a group: archived until a time, or given to a person.</summary>
internal static class SetAsideDecisionEndpoints
{
    private const int MaxAssignee = 200;

    private const string BadTime = "The body must be a JSON object with \"until\": a time in the future, in ISO 8601.";

    private const string BadAssignee =
        "The body must be a JSON object with \"assignee\": the name of a member of staff, of at most 200 characters, or null.";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(SetAsideGroupEndpoints.Groups + "/{group:guid}").RequireAuthorization(Policies.Operate)
            .WithTags("Set aside").WithMetadata(new AuditedEndpoint(AuditAct.SetAsideChange, StaffRoles.Operate));
        group.MapPost("/archive", ArchiveAsync).Produces<SetAsideGroupItem>().Produces<SupportError>(StatusCodes.Status400BadRequest)
            .Produces<SupportError>(StatusCodes.Status404NotFound).Describe(SetAsideOpenApi.DescribeArchive);
        group.MapPost("/unarchive", UnarchiveAsync).Produces<SetAsideGroupItem>()
            .Produces<SupportError>(StatusCodes.Status404NotFound).Describe(SetAsideOpenApi.DescribeUnarchive);
        group.MapPost("/assignee", AssignAsync).Produces<SetAsideGroupItem>().Produces<SupportError>(StatusCodes.Status400BadRequest)
            .Produces<SupportError>(StatusCodes.Status404NotFound).Describe(SetAsideOpenApi.DescribeAssign);
    }

    private static async Task<IResult> ArchiveAsync(
        HttpContext context, Guid group, ISetAsideStore store, AccessAudit audit, TimeProvider time)
    {
        var body = await SupportRequest.ReadAsync(context);
        return EventClock.Own(body?.Text("until")) is not { } until || until <= time.GetUtcNow()
            ? await audit.RefuseAsync(context, BadTime)
            : await DecideAsync(
                context, group, store, audit, time,
                "archived until " + until.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
                access => store.ArchiveAsync(group, until, access, context.RequestAborted));
    }

    private static Task<IResult> UnarchiveAsync(
        HttpContext context, Guid group, ISetAsideStore store, AccessAudit audit, TimeProvider time) =>
        DecideAsync(context, group, store, audit, time, "no longer archived",
            access => store.ArchiveAsync(group, null, access, context.RequestAborted));

    private static async Task<IResult> AssignAsync(
        HttpContext context, Guid group, ISetAsideStore store, AccessAudit audit, TimeProvider time)
    {
        var body = await SupportRequest.ReadAsync(context);
        var assignee = body?.Text("assignee")?.Trim();
        if (body?["assignee"] is not { } given || (given.Type != JTokenType.Null && assignee is not { Length: > 0 and <= MaxAssignee }))
        {
            return await audit.RefuseAsync(context, BadAssignee);
        }

        return await DecideAsync(context, group, store, audit, time, assignee is null ? "no assignee" : "assigned",
            access => store.AssignAsync(group, assignee, access, context.RequestAborted));
    }

    private static async Task<IResult> DecideAsync(
        HttpContext context, Guid group, ISetAsideStore store, AccessAudit audit, TimeProvider time, string detail,
        Func<AuditEvent, Task> decide)
    {
        var sources = context.Staff().VisibleSources;
        if (await store.FindGroupAsync(group, sources, time.GetUtcNow(), context.RequestAborted) is null)
        {
            return await audit.NotFoundAsync(context, group, SetAsideGroupEndpoints.NoGroup);
        }

        await decide(audit.Row(context, audit.Request(context, group.ToString()), AuditOutcome.Success) with { Detail = detail });
        var now = time.GetUtcNow();
        return await store.FindGroupAsync(group, sources, now, context.RequestAborted) is { } changed
            ? SupportResponses.Json(SetAsideGroupItem.Of(changed, now))
            : SupportResponses.NotFound(SetAsideGroupEndpoints.NoGroup);
    }
}
