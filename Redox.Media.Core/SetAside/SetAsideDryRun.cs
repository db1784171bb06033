using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;

namespace Redox.Media.Core.SetAside;

/// <summary>
/// Says what a release of set-aside deliveries would give now. Each is read, validated and applied as a release does it, in a transaction
/// of its own that is rolled back. It is a reading of their bodies: who asks must record it before showing the result.
/// </summary>
public sealed class SetAsideDryRun(SetAsideReleaser releaser, ISetAsideStore store, TimeProvider time)
{
    /// <summary>The deliveries that one dry run tries at most, the oldest first.</summary>
    public const int MaxDeliveries = 1_000;

    /// <summary>After this time no further delivery is begun: a person waits for the result.</summary>
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(20);

    /// <exception cref="StoreUnavailableException">The database is unavailable.</exception>
    public async Task<SetAsideForecast> RunAsync(SetAsideSelection selection, Caller.Staff staff, CancellationToken cancellation)
    {
        var asOf = time.GetUtcNow();
        var matches = await store.MatchAsync(selection, SetAsideState.Open, MaxDeliveries, cancellation);
        var tries = new List<SetAsideTry>();
        var applied = new HashSet<Guid>();
        foreach (var id in matches.Oldest.TakeWhile(_ => time.GetUtcNow() - asOf < MaxTime))
        {
            tries.Add(await TryAsync(id, staff, applied, cancellation));
        }

        return new SetAsideForecast(asOf, matches.Count, tries);
    }

    // A message that was set aside twice is applied once: the second is a duplicate, which its own transaction cannot see.
    private async Task<SetAsideTry> TryAsync(DeliveryId id, Caller.Staff staff, HashSet<Guid> applied, CancellationToken cancellation)
    {
        SetAsideTry result = new(id);
        ReleaseResult released;
        try
        {
            released = await releaser.TryAsync(
                id,
                staff,
                seen => result = result with
                {
                    Document = seen.Document, PatientKeys = seen.Fields.PatientKeys(), IsTest = seen.Delivery.Meta.Test,
                    IsRepeated = !applied.Add(seen.IdempotencyKey),
                },
                cancellation);
        }
        catch (IntegrityException)
        {
            return result with { Failure = SetAsideWords.Damaged };
        }

        return released switch
        {
            ReleaseResult.Released when result.IsRepeated => result with { Outcome = Outcome.Duplicate },
            ReleaseResult.Released done => result with { Outcome = done.Outcome },
            ReleaseResult.Unacceptable { Violations: [var first, ..] } => result with { Failure = SetAsideWords.Of(first) },
            _ => result with { Failure = released.Words },
        };
    }
}

/// <summary>What a release would give.</summary>
/// <param name="AsOf">When the dry run began.</param>
/// <param name="Matching">How many deliveries the request means.</param>
/// <param name="Tries">Those that were tried: fewer if there are too many, or too little time.</param>
public sealed record SetAsideForecast(DateTimeOffset AsOf, long Matching, IReadOnlyList<SetAsideTry> Tries);

/// <summary>What a release of one delivery would give.</summary>
public sealed record SetAsideTry(DeliveryId Delivery)
{
    /// <summary>Null if it would stay set aside.</summary>
    public Outcome? Outcome { get; init; }

    /// <summary>Why it would stay set aside, in words for staff.</summary>
    public string? Failure { get; init; }

    /// <summary>Whether an older delivery of the same dry run has the same message and log ID.</summary>
    public bool IsRepeated { get; init; }

    public DocumentKey? Document { get; init; }

    public IReadOnlyList<Guid> PatientKeys { get; init; } = [];

    public bool IsTest { get; init; }
}
