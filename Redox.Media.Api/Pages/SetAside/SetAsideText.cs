using System.Globalization;
using Redox.Media.Api.Pages.Layout;
using Redox.Media.Api.Support;
using Redox.Media.Core.SetAside;

namespace Redox.Media.Api.Pages.SetAside;

/// <summary>How the pages of the work list write states, acts and results.</summary>
internal static class SetAsideText
{
    public static string Reason(SetAsideGroup group) => SetAsideWords.Of(group.Key.Path, group.Key.Rule);

    public static string Event(SetAsideGroupKey key) => $"{key.DataModel ?? "unknown"}.{key.EventType ?? "unknown"}";

    public static string State(SetAsideGroup group, DateTimeOffset now) => group.StateAt(now) switch
    {
        SetAsideGroupState.Archived => "archived until "
            + group.ArchivedUntil!.Value.UtcDateTime.ToString("d MMM yyyy", CultureInfo.InvariantCulture),
        var state => state.ToString().ToLowerInvariant(),
    };

    /// <summary>The class of the badge of a state.</summary>
    public static string Tone(SetAsideGroupState state) => state switch
    {
        SetAsideGroupState.New => "aside",
        SetAsideGroupState.Ongoing => "warning",
        SetAsideGroupState.Regressed => "bad",
        SetAsideGroupState.Done => "good",
        _ => "plain",
    };

    public static string Deliveries(long count) => Words.Count(count, "delivery", "deliveries");

    public static string Verb(SetAsideAct act) => act.ToString();

    /// <summary>What an act does.</summary>
    public static string Effect(SetAsideAct act) => act switch
    {
        SetAsideAct.Release => "What matches now is released: each event is applied as a new attempt under its own log ID, without the "
            + "check of the patient. The original delivery stays.",
        SetAsideAct.Discard => "What matches now is discarded: it leaves the list, and nothing is applied. Its bytes stay, and it can be "
            + "restored.",
        _ => "What matches now is restored: it is in the list again and can be released.",
    };

    /// <summary>Such as <c>Of 41 open deliveries, 38 would be created, 3 stay set aside.</c></summary>
    public static string Forecast(SetAsideDryRunResponse run)
    {
        if (run.Matching == 0)
        {
            return "No open delivery matches now. It may have been released or discarded meanwhile.";
        }

        var stays = run.Stays.Sum(stay => stay.Count);
        var parts = run.Outcomes.Select(one => $"{Number(one.Count)} would be {one.Outcome}")
            .Concat(stays == 0 ? [] : [$"{Number(stays)} {(stays == 1 ? "stays" : "stay")} set aside"]);
        var tried = run.Tried == run.Matching ? "" : $" (the oldest {Number(run.Tried)} were tried)";
        return $"Of {Words.Count(run.Matching, "open delivery", "open deliveries")}{tried}: {string.Join(", ", parts)}.";
    }

    public static string State(SetAsideJob job) => job.State switch
    {
        "waiting" => "waiting: no instance of the service works on it at the moment",
        "stopping" => "stopping: it ends after the delivery at which it is",
        "stopped" => "stopped: what remains is as it was",
        var state => state,
    };

    private static string Number(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);
}
