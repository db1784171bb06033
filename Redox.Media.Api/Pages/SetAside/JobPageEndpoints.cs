using Microsoft.AspNetCore.Http.HttpResults;
using Redox.Media.Api.Security;
using Redox.Media.Api.Support;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;

namespace Redox.Media.Api.Pages.SetAside;

/// <summary>The jobs and the progress of one.</summary>
internal static class JobPageEndpoints
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        var looks = pages.MapGroup("").RequireSession(Policies.Trace)
            .WithMetadata(new AuditedEndpoint(AuditAct.SetAsideLookUp, StaffRoles.Trace));
        looks.MapGet(SetAsideAddress.Jobs, ListAsync);
        looks.MapGet(SetAsideAddress.Jobs + "/{id:guid}", ShowAsync);
        pages.MapPost(SetAsideAddress.Jobs + "/{id:guid}/stop", StopAsync).RequireSession(Policies.Operate)
            .WithMetadata(new AuditedEndpoint(AuditAct.SetAsideChange, StaffRoles.Operate));
    }

    private static async Task<IResult> ListAsync(HttpContext context, SetAsideJobs jobs, CancellationToken cancellation)
    {
        if (!SetAsideRequest.TryPosition(context, out var before))
        {
            return NoJob(context);
        }

        var (found, next) = await jobs.ListAsync(context, before, cancellation);
        return Page.Of<JobListPage>(context, new JobListModel(found, next));
    }

    private static async Task<IResult> ShowAsync(Guid id, HttpContext context, SetAsideJobs jobs, CancellationToken cancellation)
    {
        var query = context.Request.Query;
        _ = int.TryParse(query["after"], out var after);
        if (await jobs.FindAsync(context, id, after, cancellation) is not { } found)
        {
            return NoJob(context);
        }

        DeliveryId? delivery = Guid.TryParse(query["delivery"], out var only) ? new DeliveryId(only) : null;
        return Page.Of<JobPage>(
            context, new JobModel(found.Job, found.Failures, found.Next, delivery, query["refresh"] == "no" || after > 0));
    }

    private static async Task<IResult> StopAsync(Guid id, HttpContext context, SetAsideJobs jobs, CancellationToken cancellation) =>
        await jobs.StopAsync(context, id, cancellation) is null ? NoJob(context) : Page.SeeOther(context, SetAsideAddress.OfJob(id));

    private static RazorComponentResult NoJob(HttpContext context) => Page.Notice(
        context, StatusCodes.Status404NotFound, "There is no such job", "It may have a delivery of a source that you may not see.");
}
