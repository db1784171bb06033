using Newtonsoft.Json;
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

    private const int PageSize = 20;

    private const int MaxFailures = 200;

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
        HttpContext context, ISetAsideJobStore store, SetAsideWorker worker, AccessAudit audit, TimeProvider time,
        CancellationToken cancellation)
    {
        var staff = context.Staff();
        var body = await SupportRequest.ReadAsync(context);
        SetAsideAct? act = body?.Text("act") switch
        {
            "release" => SetAsideAct.Release,
            "discard" => SetAsideAct.Discard,
            "restore" => SetAsideAct.Restore,
            _ => null,
        };
        if (body is null || act is null || body.Selection(staff, SetAsideJob.MaxDeliveries) is not { } selection
            || body.Reason() is not { } reason
            || body["count"] is not JValue { Type: JTokenType.Integer, Value: long and > 0 and var count })
        {
            return await audit.RefuseAsync(context, BadRequest);
        }

        var now = time.GetUtcNow();
        var job = new SetAsideJob
        {
            Id = SetAsideJob.NewId(now), Act = act.Value, Group = selection.Group, Reason = reason, CreatedAt = now, Member = staff.Member,
        };
        var criteria = JsonConvert.SerializeObject(new { job = job.Id, act = body.Text("act"), group = job.Group, count });
        var access = audit.Row(context, audit.Request(context, criteria, reason), AuditOutcome.Success);
        var created = await store.CreateAsync(job, staff, selection, count, access, cancellation);
        if (!created.IsCreated)
        {
            var text = $"{created.Matching} deliveries match now, not {count}. Nothing was started.";
            await audit.RecordAsync(
                context, audit.Request(context, criteria, reason), AuditOutcome.Failed, row => row with { Detail = text });
            var error = new SetAsideCountError(text, created.Matching);
            return Results.Json(error, SupportJson.Options, statusCode: StatusCodes.Status409Conflict);
        }

        worker.Wake();
        return Accepted(context, SetAsideJobItem.Of(job with { Total = created.Total }) with { Beyond = created.Matching - created.Total });
    }

    private static async Task<IResult> ListAsync(
        HttpContext context, ISetAsideJobStore store, AccessAudit audit, CancellationToken cancellation)
    {
        if (!SetAsideRequest.TryPosition(context, out var before))
        {
            return await audit.RefuseAsync(context, BadPage);
        }

        var (jobs, next) = await store.FindJobsAsync(context.Staff().VisibleSources, before, PageSize, cancellation);
        await audit.RecordAsync(context, audit.Request(context), AuditOutcome.Success);
        return SupportResponses.Json(new SetAsideJobList(
            [.. jobs.Select(SetAsideJobItem.Of)], next is { } position ? SetAsideRequest.Position(position.At, position.Id) : null));
    }

    private static async Task<IResult> JobAsync(
        HttpContext context, Guid job, ISetAsideJobStore store, AccessAudit audit, CancellationToken cancellation)
    {
        var after = context.Request.Query["after"].ToString();
        var position = 0;
        if (after.Length > 0 && !int.TryParse(after, out position))
        {
            return await audit.RefuseAsync(context, BadPage);
        }

        if (await store.FindJobAsync(job, context.Staff().VisibleSources, cancellation) is not { } found)
        {
            return await audit.NotFoundAsync(context, job, NoJob);
        }

        var failures = await store.FindFailuresAsync(job, position, MaxFailures + 1, cancellation);
        SetAsideJobFailure[] shown = [.. failures.Take(MaxFailures)];
        await audit.RecordAsync(context, audit.Request(context, job.ToString()), AuditOutcome.Success, row => row with
        {
            DeliveryIds = [.. shown.Select(failure => failure.DeliveryId)],
        });
        return SupportResponses.Json(new SetAsideJobPage(
            SetAsideJobItem.Of(found), shown, failures.Count > MaxFailures ? FormattableString.Invariant($"{shown[^1].Position}") : null));
    }

    private static async Task<IResult> StopAsync(
        HttpContext context, Guid job, ISetAsideJobStore store, AccessAudit audit, CancellationToken cancellation)
    {
        var sources = context.Staff().VisibleSources;
        if (await store.FindJobAsync(job, sources, cancellation) is null)
        {
            return await audit.NotFoundAsync(context, job, NoJob);
        }

        await store.StopAsync(
            job, audit.Row(context, audit.Request(context, job.ToString()), AuditOutcome.Success) with { Detail = "stopped" },
            cancellation);
        return await store.FindJobAsync(job, sources, cancellation) is { } stopped
            ? Accepted(context, SetAsideJobItem.Of(stopped))
            : SupportResponses.NotFound(NoJob);
    }

    private static IResult Accepted(HttpContext context, SetAsideJobItem job)
    {
        context.Response.Headers.Location = $"{Jobs}/{job.Id}";
        return Results.Json(job, SupportJson.Options, statusCode: StatusCodes.Status202Accepted);
    }
}
