using System.Text;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Convergence;

/// <summary>An event as the design's section 5 sees it. <paramref name="Message"/> is the message without its Meta.</summary>
internal sealed record ModelEvent(
    Guid Delivery, string Source, string Kind, string Document, string? Original, DateTimeOffset? OwnTime, DateTimeOffset Arrival,
        string LogId,
    string Message, string Fingerprint, bool Test, bool Available, string[] Patients, string Visit, string Type, string Content)
{
    /// <summary>Its own time, at most five minutes after the arrival; the arrival if it is missing or unreadable.</summary>
    public DateTimeOffset Time => OwnTime is not { } own ? Arrival : own <= Arrival.AddMinutes(5) ? own : Arrival.AddMinutes(5);

    /// <summary>
    /// What makes two deliveries the same. Without a log ID, the same said at another time is said anew. Null without ID and time.
    /// </summary>
    public object? Identity => LogId.Length > 0 ? (Source, Test, LogId, Message)
        : OwnTime is { } own ? (Source, Test, own, Message)
        : null;

    /// <summary>Neither has an ID or a time, and they say the same.</summary>
    public bool IsRepeatOf(ModelEvent? other) => Identity is null && other is { Identity: null } && other.Message == Message;

    /// <summary>At one time Delete beats Replace beats New.</summary>
    public int Rank => Array.IndexOf(["New", "Replace", "Delete"], Kind);

    public bool IsNewerThan(ModelEvent? other) => other is null || Compare(this, other) > 0;

    public static int Compare(ModelEvent one, ModelEvent other) =>
        one.Time != other.Time ? one.Time.CompareTo(other.Time)
        : one.Rank != other.Rank ? one.Rank.CompareTo(other.Rank)
        : CompareIds(one, other);

    /// <summary>The order of a query's answer, newest last: which kind of event it was says nothing there.</summary>
    public static int CompareInAnswer(ModelEvent one, ModelEvent other) =>
        one.Time != other.Time ? one.Time.CompareTo(other.Time) : CompareIds(one, other);

    private static int CompareIds(ModelEvent one, ModelEvent other) =>
        one.LogId != other.LogId ? string.CompareOrdinal(Bytes(one.LogId), Bytes(other.LogId))
        : string.CompareOrdinal(one.Fingerprint, other.Fingerprint);

    private static string Bytes(string text) => Convert.ToHexString(Encoding.UTF8.GetBytes(text));
}

/// <summary>Test and production are apart: of one source and DocumentID they are two documents.</summary>
internal readonly record struct ModelDocument(string Source, string Id, bool Test = false);

/// <summary>AND between the kinds, OR inside each; a patient is "ID/type" or, of any type, "ID". Null: not asked.</summary>
internal sealed record ModelQuery(
    string[]? Documents = null, string[]? Patients = null, string[]? Visits = null, string[]? Types = null, bool Test = false,
        string[]? Sources = null);

/// <summary>
/// The register of section 5 of the design, as plainly as it can be said: for each document the newest event that touched it. It shares
/// no code with the product.
/// </summary>
internal sealed class ReferenceRegister
{
    private readonly Dictionary<ModelDocument, ModelEvent> _winners = [];
    private readonly Dictionary<ModelDocument, string[]> _patients = [];
    private readonly HashSet<object> _applied = [];
    private readonly HashSet<ModelDocument> _hidden = [];

    public IEnumerable<ModelDocument> Documents => _winners.Keys;

    /// <summary>Takes a delivery and says its outcome.</summary>
    /// <param name="e">The event.</param>
    /// <param name="checksPatient">
    /// False for events that are known to have been applied, and not in which order: what is set aside depends on it.
    /// </param>
    public string Apply(ModelEvent e, bool checksPatient = true)
    {
        ModelDocument document = new(e.Source, e.Document, e.Test);
        ModelDocument? original = e.Original is null || e.Original == e.Document ? null : document with { Id = e.Original };
        var before = Winner(document);
        var originalBefore = original is { } replaced ? Winner(replaced) : null;
        var isRepeat = e.IsRepeatOf(before) && (original is null || e.IsRepeatOf(originalBefore));
        if (e.Identity is { } identity ? _applied.Contains(identity) : isRepeat)
        {
            return "duplicate";
        }

        if (checksPatient && original is { } hidden && _hidden.Contains(hidden))
        {
            return "set-aside";
        }

        if (checksPatient && (IsForAnotherPatient(document, e) || (original is { } superseded && IsForAnotherPatient(superseded, e))))
        {
            return "set-aside";
        }

        if (e.Identity is not null)
        {
            _applied.Add(e.Identity);
        }

        var wins = e.IsNewerThan(before);
        var winsOriginal = original is not null && e.IsNewerThan(originalBefore);
        if (wins)
        {
            Put(document, e);
        }

        if (winsOriginal)
        {
            Put(original!.Value, e);
        }

        return (e.Kind, before) switch
        {
            _ when !wins && !winsOriginal => "stale",
            ("Replace", _) when original is null => "revised",
            ("Replace", _) => !winsOriginal ? "replaced-stale" : originalBefore is null ? "replaced-unknown" : "replaced",
            ("Delete", _) => before is null ? "deleted-unknown" : "deleted",
            (_, null) => "created",
            _ when State(e.Document, before) == "deleted" => "revived",
            _ when State(e.Document, before) == "current" && before.Message == e.Message => "unchanged",
            _ => "revised",
        };
    }

    /// <summary>Hides a document or shows it again, and says what has changed.</summary>
    public string Correct(ModelDocument document, bool hide) =>
        Winner(document) is null || !(hide ? _hidden.Add(document) : _hidden.Remove(document)) ? "none" : hide ? "hidden" : "shown";

    public bool IsHidden(ModelDocument document) => _hidden.Contains(document);

    private void Put(ModelDocument document, ModelEvent e)
    {
        _winners[document] = e;
        _patients[document] = [.. _patients.GetValueOrDefault(document, []), .. e.Patients];
    }

    /// <summary>None in common with what the document's events named, or an ID type on both sides without a common ID.</summary>
    private bool IsForAnotherPatient(ModelDocument document, ModelEvent e)
    {
        var known = _patients.GetValueOrDefault(document, []);
        return known.Length > 0 && e.Patients.Length > 0 && (!e.Patients.Intersect(known).Any()
            || e.Patients.GroupBy(Type).Any(ids => known.Any(id => Type(id) == ids.Key) && !ids.Intersect(known).Any()));

        static string Type(string patient) => patient.Split('/')[1];
    }

    public ModelEvent? Winner(ModelDocument document) => _winners.GetValueOrDefault(document);

    /// <summary>What an event makes of a document that it touches.</summary>
    public static string State(string document, ModelEvent e) =>
        e.Document != document ? "superseded" : e.Kind == "Delete" ? "deleted" : "current";

    /// <summary>The event that a DocumentID shows in the end: its own, or that of what replaced it; null when nothing is left.</summary>
    public ModelEvent? Resolve(ModelDocument document)
    {
        var at = document;
        while (Winner(at) is { } winner)
        {
            switch (State(at.Id, winner))
            {
                case "current": return winner;
                case "deleted": return null;
                default: at = at with { Id = winner.Document }; break;
            }
        }

        return null;
    }

    /// <summary>The documents that a query finds, newest first.</summary>
    public IEnumerable<ModelEvent> Find(ModelQuery query) =>
        _winners.Keys
            .Where(key => query.Documents?.Contains(key.Id) ?? State(key.Id, _winners[key]) == "current")
            .Select(Resolve).OfType<ModelEvent>().Distinct()
            .Where(e => !IsHidden(new ModelDocument(e.Source, e.Document, e.Test)))
            .Where(e => e.Available && (query.Test || !e.Test) && (query.Sources?.Contains(e.Source) ?? true))
            .Where(e => query.Patients?.Any(asked => e.Patients.Any(has => has == asked || has.StartsWith(asked + "/"))) ?? true)
            .Where(e => (query.Visits?.Contains(e.Visit) ?? true) && (query.Types?.Contains(e.Type) ?? true))
            .OrderDescending(Comparer<ModelEvent>.Create(ModelEvent.CompareInAnswer));
}
