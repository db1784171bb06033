using Newtonsoft.Json.Linq;
using Redox.Media.Api.Hosting;
using Redox.Media.Api.Security;
using Redox.Media.Core.Audit;
using Redox.Media.Core.SetAside;

namespace Redox.Media.Api.Support;

/// <summary>Jobs that release, discard or restore set-aside deliveries: asked for, looked at and stopped.</summary>
internal static class SetAsideJobEndpoints
{
    private const string Jobs = "/support/api/set-aside/jobs";

    private const string NoJob = "There is no job with this ID that you may see.";

    private const string BadRequest =
        "The body must be a JSON object with \"act\": release, discard or restore; the ID of a \"group\", or \"deliveries\": an array of "
        + "1 to 5000 delivery IDs; \"count\": how many deliveries that means; and \"reason\": 1 to 500 characters.";

    private const string BadPage = "The parameter \"after\" must be a member \"next\" of a page.";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var looks = routes.MapGroup("").RequireAuthorization(Policies.Trace).WithTags("Set aside")
            .WithMetadata(new AuditedEndpoint(AuditAct.SetAsideLookUp, StaffRoles.Trace));
        looks.MapGet(Jobs, ListAsync).Produces<SetAsideJobList>().Produces<SupportError>(StatusCodes.Status400BadRequest)
            .Describe(SetAsideOpenApi.DescribeJobs);
        looks.MapGet(Jobs + "/{job:guid}", JobAsync).Produces<SetAsideJobPage>().Produces<SupportError>(StatusCodes.Status400BadRequest)
            .Produces<SupportError>(StatusCodes.Status404NotFound).Describe(SetAsideOpenApi.DescribeJob);
        var changes = routes.MapGroup("").RequireAuthorization(Policies.Operate).WithTags("Set aside")
            .WithMetadata(new AuditedEndpoint(AuditAct.SetAsideChange, StaffRoles.Operate));
        changes.MapPost(Jobs, CreateAsync).Produces<SetAsideJobItem>(StatusCodes.Status202Accepted)
            .Produces<SupportError>(StatusCodes.Status400BadRequest).Produces<SetAsideCountError>(StatusCodes.Status409Conflict)
            .Describe(SetAsideOpenApi.DescribeCreate);
        changes.MapPost(Jobs + "/{job:guid}/stop", StopAsync).Produces<SetAsideJobItem>(StatusCodes.Status202Accepted)
            .Produces<SupportError>(StatusCodes.Status404NotFound).Describe(SetAsideOpenApi.DescribeStop);
    }

    private static async Task<IResult> CreateAsync(
        HttpContext context, SetAsideJobs jobs, AccessAudit audit, CancellationToken cancellation)
    {
        var body = await SupportRequest.ReadAsync(context);
        if (body is null || SetAsideRequest.Act(body.Text("act")) is not { } act
            || body.Selection(context.Staff(), SetAsideJob.MaxDeliveries) is not { } selection || body.Reason() is not { } reason
            || body["count"] is not JValue { Type: JTokenType.Integer, Value: long and > 0 and var count })
        {
            return await audit.RefuseAsync(context, BadRequest);
        }

        var (job, creation) = await jobs.CreateAsync(context, act, selection, count, reason, cancellation);
        return creation.IsCreated
            ? Accepted(context, SetAsideJobItem.Of(job) with { Beyond = creation.Matching - creation.Total })
            : Results.Json(
                new SetAsideCountError(SetAsideJobs.Mismatch(creation.Matching, count), creation.Matching), SupportJson.Options,
                statusCode: StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> ListAsync(
        HttpContext context, SetAsideJobs jobs, AccessAudit audit, CancellationToken cancellation)
    {
        if (!SetAsideRequest.TryPosition(context, out var before))
        {
            return await audit.RefuseAsync(context, BadPage);
        }

        var (found, next) = await jobs.ListAsync(context, before, cancellation);
        return SupportResponses.Json(new SetAsideJobList([.. found.Select(SetAsideJobItem.Of)], next));
    }

    private static async Task<IResult> JobAsync(
        HttpContext context, Guid job, SetAsideJobs jobs, AccessAudit audit, CancellationToken cancellation)
    {
        var after = context.Request.Query["after"].ToString();
        var position = 0;
        if (after.Length > 0 && !int.TryParse(after, out position))
        {
            return await audit.RefuseAsync(context, BadPage);
        }

        return await jobs.FindAsync(context, job, position, cancellation) is { } found
            ? SupportResponses.Json(new SetAsideJobPage(
                SetAsideJobItem.Of(found.Job), found.Failures, found.Next is { } next ? FormattableString.Invariant($"{next}") : null))
            : SupportResponses.NotFound(NoJob);
    }

    private static async Task<IResult> StopAsync(HttpContext context, Guid job, SetAsideJobs jobs, CancellationToken cancellation) =>
        await jobs.StopAsync(context, job, cancellation) is { } stopped
            ? Accepted(context, SetAsideJobItem.Of(stopped)) : SupportResponses.NotFound(NoJob);

    private static IResult Accepted(HttpContext context, SetAsideJobItem job)
    {
        context.Response.Headers.Location = $"{Jobs}/{job.Id}";
        return Results.Json(job, SupportJson.Options, statusCode: StatusCodes.Status202Accepted);
    }
}
