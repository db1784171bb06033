using Newtonsoft.Json;
using Redox.Media.Api.Security;
using Redox.Media.Core.Audit;
using Redox.Media.Core.SetAside;

namespace Redox.Media.Api.Support;

/// <summary>
/// Jobs for one member of staff: what the interface and the pages ask for, show and stop. Each call leaves its audit row before it returns.
/// </summary>
internal sealed class SetAsideJobs(ISetAsideJobStore store, SetAsideWorker worker, AccessAudit audit, TimeProvider time)
{
    private const int PageSize = 20;

    private const int MaxFailures = 200;

    /// <summary>Creates a job if as many deliveries match now as expected.</summary>
    /// <param name="reason">1 to <see cref="SetAsideRequest.MaxReason"/> characters.</param>
    public async Task<(SetAsideJob Job, SetAsideJobCreation Creation)> CreateAsync(
        HttpContext context, SetAsideAct act, SetAsideSelection selection, long expected, string reason, CancellationToken cancellation)
    {
        var staff = context.Staff();
        var now = time.GetUtcNow();
        var job = new SetAsideJob
        {
            Id = SetAsideJob.NewId(now), Act = act, Group = selection.Group, Reason = reason, CreatedAt = now, Member = staff.Member,
        };
        var criteria = JsonConvert.SerializeObject(
            new { job = job.Id, act = act.ToString().ToLowerInvariant(), group = job.Group, count = expected });
        var request = new AccessRequest(AuditAct.SetAsideChange, criteria) { Reason = reason };
        var created = await store.CreateAsync(
            job, staff, selection, expected, audit.Row(context, request, AuditOutcome.Success), cancellation);
        if (created.IsCreated)
        {
            worker.Wake();
        }
        else
        {
            var text = Mismatch(created.Matching, expected);
            await audit.RecordAsync(context, request, AuditOutcome.Failed, row => row with { Detail = text });
        }

        return (job with { Total = created.Total }, created);
    }

    public static string Mismatch(long matching, long expected) =>
        FormattableString.Invariant($"{matching} deliveries match now, not {expected}. Nothing was started.");

    /// <param name="before">The job before the page; null for the first page.</param>
    public async Task<(IReadOnlyList<SetAsideJob> Jobs, string? Next)> ListAsync(
        HttpContext context, (DateTimeOffset At, Guid Id)? before, CancellationToken cancellation)
    {
        var (jobs, next) = await store.FindJobsAsync(context.Staff().VisibleSources, before, PageSize, cancellation);
        await audit.RecordAsync(context, new AccessRequest(AuditAct.SetAsideLookUp), AuditOutcome.Success);
        return (jobs, next is { } position ? SetAsideRequest.Position(position.At, position.Id) : null);
    }

    /// <summary>A job with a page of what failed; null if there is none that is visible.</summary>
    /// <param name="after">The position before the page; 0 for the first page.</param>
    public async Task<SetAsideJobFailures?> FindAsync(HttpContext context, Guid job, int after, CancellationToken cancellation)
    {
        var request = new AccessRequest(AuditAct.SetAsideLookUp, job.ToString());
        if (await store.FindJobAsync(job, context.Staff().VisibleSources, cancellation) is not { } found)
        {
            await audit.RecordAsync(context, request, AuditOutcome.NotFound);
            return null;
        }

        var failures = await store.FindFailuresAsync(job, after, MaxFailures + 1, cancellation);
        SetAsideJobFailure[] shown = [.. failures.Take(MaxFailures)];
        await audit.RecordAsync(context, request, AuditOutcome.Success, row => row with
        {
            DeliveryIds = [.. shown.Select(failure => failure.DeliveryId)],
        });
        return new(found, shown, failures.Count > MaxFailures ? shown[^1].Position : null);
    }

    /// <summary>The job as it is after it was asked to stop; null if there is none that is visible.</summary>
    public async Task<SetAsideJob?> StopAsync(HttpContext context, Guid job, CancellationToken cancellation)
    {
        var request = new AccessRequest(AuditAct.SetAsideChange, job.ToString());
        var sources = context.Staff().VisibleSources;
        if (await store.FindJobAsync(job, sources, cancellation) is null)
        {
            await audit.RecordAsync(context, request, AuditOutcome.NotFound);
            return null;
        }

        await store.StopAsync(job, audit.Row(context, request, AuditOutcome.Success) with { Detail = "stopped" }, cancellation);
        return await store.FindJobAsync(job, sources, cancellation);
    }
}

/// <summary>A job with the deliveries that failed.</summary>
/// <param name="Next">The position behind which the next page of failures begins; null on the last one.</param>
internal sealed record SetAsideJobFailures(SetAsideJob Job, IReadOnlyList<SetAsideJobFailure> Failures, int? Next);
