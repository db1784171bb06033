using Redox.Media.Api.Security;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.SetAside;

namespace Redox.Media.Api.Support;

/// <summary>
/// The groups of set-aside deliveries for one member of staff: what the interface and the pages show and decide. Each call leaves its
/// audit row before it returns.
/// </summary>
internal sealed class SetAsideWorkList(ISetAsideStore store, SetAsideDryRun dryRun, AccessAudit audit, TimeProvider time)
{
    /// <summary>In characters.</summary>
    public const int MaxAssignee = 200;

    /// <summary>Groups of one list. There are few: each is a fault of a sender.</summary>
    private const int MaxGroups = 500;

    private const int PageSize = 50;

    /// <param name="withSettled">Whether groups are listed that have no open delivery any more.</param>
    public async Task<SetAsideGroups> ListAsync(HttpContext context, bool withSettled, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        DateTimeOffset? settledSince = withSettled ? now.AddDays(-SetAsideGroup.Days) : null;
        var found = await store.FindGroupsAsync(settledSince, context.Staff().VisibleSources, now, MaxGroups, cancellation);
        await audit.RecordAsync(context, new AccessRequest(AuditAct.SetAsideLookUp), AuditOutcome.Success);
        return found;
    }

    /// <summary>A group with a page of its deliveries; null if there is none that is visible.</summary>
    /// <param name="before">The delivery before the page; null for the first page.</param>
    public async Task<SetAsideGroupDeliveries?> FindAsync(
        HttpContext context, Guid group, SetAsideState state, (DateTimeOffset At, Guid Id)? before, CancellationToken cancellation)
    {
        var access = new AccessRequest(AuditAct.SetAsideLookUp, group.ToString());
        if (await FindAsync(context, group, cancellation) is not { } found)
        {
            await audit.RecordAsync(context, access, AuditOutcome.NotFound);
            return null;
        }

        var page = await store.FindDeliveriesAsync(group, state, before, PageSize + 1, cancellation);
        DeliveryRecord[] shown = [.. page.Take(PageSize)];
        await audit.RecordAsync(context, access, AuditOutcome.Success, row => row with
        {
            DeliveryIds = [.. shown.Select(delivery => delivery.DeliveryId)],
            Documents = [.. shown.Where(delivery => delivery.DocumentId is not null)
                .Select(delivery => DocumentKey.Of(delivery.Source, delivery.DocumentId!, delivery.Test)).Distinct()
                .Select(document => new SeenDocument(document, null))],
            IsTest = shown.Length > 0 && shown.All(delivery => delivery.Test),
        });
        return new(
            found, shown, page.Count > PageSize ? SetAsideRequest.Position(shown[^1].ReceivedAt, shown[^1].DeliveryId.Value) : null);
    }

    /// <summary>How many deliveries a request would treat now.</summary>
    public async Task<long> CountAsync(HttpContext context, SetAsideAct act, SetAsideSelection selection, CancellationToken cancellation)
    {
        var state = act == SetAsideAct.Restore ? SetAsideState.Discarded : SetAsideState.Open;
        var matches = await store.MatchAsync(selection, state, 1, cancellation);
        var access = new AccessRequest(AuditAct.SetAsideLookUp, selection.Group?.ToString());
        await audit.RecordAsync(
            context, access, AuditOutcome.Success, row => row with { DeliveryIds = [.. selection.Deliveries], Detail = "count" });
        return matches.Count;
    }

    /// <summary>What a release would give now.</summary>
    public async Task<SetAsideForecast> TryAsync(
        HttpContext context, SetAsideSelection selection, string? reason, CancellationToken cancellation)
    {
        var forecast = await dryRun.RunAsync(selection, context.Staff(), cancellation);
        var access = new AccessRequest(AuditAct.DryRun, selection.Group?.ToString()) { Reason = reason };
        await audit.RecordAsync(context, access, forecast.Matching == 0 ? AuditOutcome.NotFound : AuditOutcome.Success, row => row with
        {
            DeliveryIds = [.. forecast.Tries.Select(one => one.Delivery)],
            PatientKeys = [.. forecast.Tries.SelectMany(one => one.PatientKeys).Distinct()],
            Documents = [.. forecast.Tries.Where(one => one.Document is not null).Select(one => one.Document!.Value).Distinct()
                .Select(document => new SeenDocument(document, null))],
            IsTest = forecast.Tries.Count > 0 && forecast.Tries.All(one => one.IsTest),
        });
        return forecast;
    }

    /// <summary>Archives a group until a time, or no longer; the group as it then is, null if there is none that is visible.</summary>
    public Task<SetAsideGroup?> ArchiveAsync(HttpContext context, Guid group, DateTimeOffset? until, CancellationToken cancellation) =>
        DecideAsync(
            context, group, until is { } time ? FormattableString.Invariant($"archived until {time.UtcDateTime:O}") : "no longer archived",
            access => store.ArchiveAsync(group, until, access, cancellation), cancellation);

    /// <summary>Gives a group to a person, or to none.</summary>
    /// <inheritdoc cref="ArchiveAsync"/>
    public Task<SetAsideGroup?> AssignAsync(HttpContext context, Guid group, string? assignee, CancellationToken cancellation) =>
        DecideAsync(
            context, group, assignee is null ? "no assignee" : "assigned",
            access => store.AssignAsync(group, assignee, access, cancellation), cancellation);

    /// <summary>A group, without an audit row; null if there is none that is visible.</summary>
    public Task<SetAsideGroup?> FindAsync(HttpContext context, Guid group, CancellationToken cancellation) =>
        store.FindGroupAsync(group, context.Staff().VisibleSources, time.GetUtcNow(), cancellation);

    private async Task<SetAsideGroup?> DecideAsync(
        HttpContext context, Guid group, string detail, Func<AuditEvent, Task> decide, CancellationToken cancellation)
    {
        var request = new AccessRequest(AuditAct.SetAsideChange, group.ToString());
        if (await FindAsync(context, group, cancellation) is null)
        {
            await audit.RecordAsync(context, request, AuditOutcome.NotFound);
            return null;
        }

        await decide(audit.Row(context, request, AuditOutcome.Success) with { Detail = detail });
        return await FindAsync(context, group, cancellation);
    }
}

/// <summary>A group with a page of its deliveries, newest first.</summary>
/// <param name="Next">The position of the next page; null on the last one.</param>
internal sealed record SetAsideGroupDeliveries(SetAsideGroup Group, IReadOnlyList<DeliveryRecord> Deliveries, string? Next);
