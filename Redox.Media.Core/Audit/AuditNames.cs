using System.Collections.Frozen;
using System.Text.Json;

namespace Redox.Media.Core.Audit;

/// <summary>The names of acts and outcomes as they are stored: in kebab case, such as <c>delivery-look-up</c>.</summary>
public static class AuditNames
{
    private static readonly FrozenDictionary<AuditAct, string> Acts = NamesOf<AuditAct>();
    private static readonly FrozenDictionary<AuditOutcome, string> Outcomes = NamesOf<AuditOutcome>();

    private static readonly FrozenDictionary<string, AuditAct> ActsByName =
        Acts.ToFrozenDictionary(act => act.Value, act => act.Key, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, AuditOutcome> OutcomesByName =
        Outcomes.ToFrozenDictionary(outcome => outcome.Value, outcome => outcome.Key, StringComparer.Ordinal);

    public static IReadOnlyCollection<string> AllActs => ActsByName.Keys;

    public static string Name(this AuditAct act) => Acts[act];

    public static string Name(this AuditOutcome outcome) => Outcomes[outcome];

    public static AuditAct ReadAct(string name) => ActsByName[name];

    public static AuditOutcome ReadOutcome(string name) => OutcomesByName[name];

    public static bool TryReadAct(string name, out AuditAct act) => ActsByName.TryGetValue(name, out act);

    private static FrozenDictionary<T, string> NamesOf<T>()
        where T : struct, Enum =>
        Enum.GetValues<T>().ToFrozenDictionary(value => value, value => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString()));
}
