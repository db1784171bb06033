using System.Collections.Frozen;

namespace Redox.Media.Core.Deliveries;

/// <summary>What became of a delivery. The set is closed; one table maps each to an HTTP answer.</summary>
public enum Outcome
{
    /// <summary>A New, and the document was not known.</summary>
    Created,

    /// <summary>A New or self-Replace that is newer than what stood, with other content or envelope.</summary>
    Revised,

    /// <summary>A New that says what already stands: no new version, but the document's event time moves.</summary>
    Unchanged,

    /// <summary>A New after the document's Delete, in event time.</summary>
    Revived,

    /// <summary>A Replace of a document that is known.</summary>
    Replaced,

    /// <summary>A Replace of a document that has not been seen; it is superseded all the same.</summary>
    ReplacedUnknown,

    Deleted,

    /// <summary>A Delete of a document that has not been seen: a tombstone stands from now on.</summary>
    DeletedUnknown,

    /// <summary>Older than what stands: kept as history, changes nothing current.</summary>
    Stale,

    /// <summary>The same log ID and the same message were applied before; nothing was changed.</summary>
    Duplicate,

    /// <summary>A Redox message that cannot be applied as it is, kept with its raw bytes for a person.</summary>
    SetAside,

    /// <summary>What a client sent breaks the rules. It was told at once; its bytes are kept as far as they were read.</summary>
    Refused,

    /// <summary>An event that its client may not send, or for a source that is not the client's. Kept, changes nothing.</summary>
    Forbidden,

    /// <summary>A conditional create that found its document there already: nothing was changed.</summary>
    Exists,

    /// <summary>No Redox message at all; kept with its raw bytes.</summary>
    NotRedox,

    /// <summary>The body broke off before its end; what had come is kept.</summary>
    Truncated,

    /// <summary>Larger than the limit; not read, so not kept.</summary>
    TooLarge,

    /// <summary>A Query that breaks its schema or names no criterion.</summary>
    QueryRefused,

    /// <summary>A Query that was answered.</summary>
    Answered,

    /// <summary>The event is for another patient than the document's. Never stored: the delivery is then set aside.</summary>
    OtherPatient,
}

/// <summary>The names of the outcomes in the database, in answers, logs and the console.</summary>
public static class OutcomeNames
{
    private static readonly FrozenDictionary<Outcome, string> Names = new Dictionary<Outcome, string>
    {
        [Outcome.Created] = "created",
        [Outcome.Revised] = "revised",
        [Outcome.Unchanged] = "unchanged",
        [Outcome.Revived] = "revived",
        [Outcome.Replaced] = "replaced",
        [Outcome.ReplacedUnknown] = "replaced-unknown",
        [Outcome.Deleted] = "deleted",
        [Outcome.DeletedUnknown] = "deleted-unknown",
        [Outcome.Stale] = "stale",
        [Outcome.Duplicate] = "duplicate",
        [Outcome.SetAside] = "set-aside",
        [Outcome.Refused] = "refused",
        [Outcome.Forbidden] = "forbidden",
        [Outcome.Exists] = "exists",
        [Outcome.NotRedox] = "unintelligible",
        [Outcome.Truncated] = "cut-off",
        [Outcome.TooLarge] = "too-large",
        [Outcome.QueryRefused] = "query-refused",
        [Outcome.Answered] = "answered",
        [Outcome.OtherPatient] = "other-patient",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, Outcome> Outcomes =
        Names.ToFrozenDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);

    public static string Name(this Outcome outcome) => Names[outcome];

    /// <exception cref="KeyNotFoundException">The text names no outcome.</exception>
    public static Outcome Parse(string name) => Outcomes[name];
}
