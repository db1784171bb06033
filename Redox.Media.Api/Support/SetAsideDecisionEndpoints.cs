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
        HttpContext context, Guid group, SetAsideWorkList list, AccessAudit audit, TimeProvider time)
    {
        var body = await SupportRequest.ReadAsync(context);
        return EventClock.Own(body?.Text("until")) is not { } until || until <= time.GetUtcNow()
            ? await audit.RefuseAsync(context, BadTime)
            : ResultOf(await list.ArchiveAsync(context, group, until, context.RequestAborted), time);
    }

    private static async Task<IResult> UnarchiveAsync(HttpContext context, Guid group, SetAsideWorkList list, TimeProvider time) =>
        ResultOf(await list.ArchiveAsync(context, group, null, context.RequestAborted), time);

    private static async Task<IResult> AssignAsync(
        HttpContext context, Guid group, SetAsideWorkList list, AccessAudit audit, TimeProvider time)
    {
        var body = await SupportRequest.ReadAsync(context);
        var assignee = body?.Text("assignee")?.Trim();
        return body?["assignee"] is not { } given
            || (given.Type != JTokenType.Null && assignee is not { Length: > 0 and <= SetAsideWorkList.MaxAssignee })
            ? await audit.RefuseAsync(context, BadAssignee)
            : ResultOf(await list.AssignAsync(context, group, assignee, context.RequestAborted), time);
    }

    private static IResult ResultOf(SetAsideGroup? changed, TimeProvider time) => changed is null
        ? SupportResponses.NotFound(SetAsideGroupEndpoints.NoGroup)
        : SupportResponses.Json(SetAsideGroupItem.Of(changed, time.GetUtcNow()));
}
