using System.Security.Cryptography;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;

namespace Redox.Media.Core.SetAside;

/// <summary>
/// Works on jobs, one delivery after the other. The lease of a job is renewed with each delivery; an instance that is killed leaves the
/// delivery at which it was as it was before, or done, because the result is written in the transaction that does it.
/// </summary>
public sealed class SetAsideJobRunner(ISetAsideJobStore jobs, SetAsideReleaser releaser, SetAsideJobPace pace, TimeProvider time)
{
    /// <summary>A delivery that ends its instance, or never ends, is given up after so many tries.</summary>
    private const int MaxTries = 5;

    /// <summary>Before a delivery that could not be treated now is tried again.</summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>This instance.</summary>
    private readonly Guid _owner = Guid.NewGuid();

    /// <summary>Works on the oldest job that no instance works on, until it ends; false if there is none.</summary>
    /// <exception cref="StoreUnavailableException">The database is unavailable; the job goes on later.</exception>
    public async Task<SetAsideJobProgress?> RunNextAsync(CancellationToken cancellation)
    {
        if (await jobs.TakeAsync(_owner, pace.Lease, cancellation) is not { } job)
        {
            return null;
        }

        var progress = new SetAsideJobProgress(job.Id, job.Act);
        try
        {
            while (true)
            {
                var begun = time.GetTimestamp();
                var (isOwned, next) = await jobs.NextAsync(job.Id, _owner, pace.Lease, cancellation);
                if (!isOwned)
                {
                    return progress;
                }

                if (next is null)
                {
                    await jobs.LeaveAsync(job.Id, _owner, hasEnded: true, CancellationToken.None);
                    return progress with { HasEnded = true };
                }

                progress = await TreatAsync(job, next, progress, cancellation);
                await WaitAsync(begun, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await jobs.LeaveAsync(job.Id, _owner, hasEnded: false, CancellationToken.None);
            throw;
        }
    }

    private async Task<SetAsideJobProgress> TreatAsync(
        SetAsideWork job, SetAsideJobDelivery next, SetAsideJobProgress progress, CancellationToken cancellation)
    {
        if (next.Tries > MaxTries)
        {
            return await FailAsync(job, next, "It was begun several times and never ended.", progress);
        }

        if (job.Act == SetAsideAct.Release)
        {
            return await ReleaseAsync(job, next, progress, cancellation);
        }

        var (from, to, act) = job.Act == SetAsideAct.Discard
            ? (SetAsideState.Open, SetAsideState.Discarded, AuditAct.Discard)
            : (SetAsideState.Discarded, SetAsideState.Open, AuditAct.Restore);
        return await jobs.SettleAsync(next, from, to, Access(job, next, act, AuditOutcome.Success), CancellationToken.None)
            ? progress with { Done = progress.Done + 1 }
            : await FailAsync(job, next, from == SetAsideState.Open
                ? "It has been released or discarded." : "It is not discarded any more.", progress);
    }

    private async Task<SetAsideJobProgress> ReleaseAsync(
        SetAsideWork job, SetAsideJobDelivery next, SetAsideJobProgress progress, CancellationToken cancellation)
    {
        ReleaseResult result;
        try
        {
            result = await releaser.ReleaseAsync(next.Delivery, job.Staff, job.Reason, cancellation, next);
        }
        catch (IntegrityException)
        {
            return await FailAsync(job, next, SetAsideWords.Damaged, progress);
        }

        switch (result)
        {
            case ReleaseResult.Released:
                return progress with { Done = progress.Done + 1 };
            case ReleaseResult.NotNow when next.Tries < MaxTries:
                await Task.Delay(RetryDelay, time, cancellation);
                return progress;
            default:
                return await FailAsync(job, next, result.Words, progress);
        }
    }

    private async Task<SetAsideJobProgress> FailAsync(
        SetAsideWork job, SetAsideJobDelivery delivery, string failure, SetAsideJobProgress progress)
    {
        var act = job.Act switch
        {
            SetAsideAct.Release => AuditAct.Release,
            SetAsideAct.Discard => AuditAct.Discard,
            _ => AuditAct.Restore,
        };
        var access = Access(job, delivery, act, AuditOutcome.Failed) with { Detail = failure };
        await jobs.FailAsync(delivery, failure, access, CancellationToken.None);
        return progress with { Failed = progress.Failed + 1 };
    }

    private Task WaitAsync(long begun, CancellationToken cancellation)
    {
        var rest = (TimeSpan.FromSeconds(1) / pace.PerSecond) - time.GetElapsedTime(begun);
        return rest > TimeSpan.Zero ? Task.Delay(rest, time, cancellation) : Task.CompletedTask;
    }

    private AuditEvent Access(SetAsideWork job, SetAsideJobDelivery delivery, AuditAct act, AuditOutcome outcome) => new()
    {
        Id = DeliveryId.Create(BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))), time.GetUtcNow()),
        Act = act,
        Outcome = outcome,
        Caller = job.Staff.Name,
        Origin = job.Staff.Origin,
        Reason = job.Reason,
        DeliveryIds = [delivery.Delivery],
    };
}

/// <summary>What one instance has done of a job, for its log.</summary>
/// <param name="HasEnded">Whether the job has ended; otherwise another instance continues.</param>
public sealed record SetAsideJobProgress(Guid Job, SetAsideAct Act, int Done = 0, int Failed = 0, bool HasEnded = false);
