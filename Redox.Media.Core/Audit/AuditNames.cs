namespace Redox.Media.Core.Audit;

/// <summary>The names of acts and outcomes in the database and in the support API: those of the enumerations in kebab case.</summary>
public static class AuditNames
{
    private static readonly Dictionary<AuditAct, string> Acts = Enum.GetValues<AuditAct>().ToDictionary(act => act, act => Kebab(act));

    private static readonly Dictionary<AuditOutcome, string> Outcomes =
        Enum.GetValues<AuditOutcome>().ToDictionary(outcome => outcome, outcome => Kebab(outcome));

    public static string Of(AuditAct act) => Acts[act];

    public static string Of(AuditOutcome outcome) => Outcomes[outcome];

    /// <summary>Null for a name that there is not.</summary>
    public static AuditAct? ParseAct(string name) =>
        Acts.Where(known => known.Value == name).Select(known => (AuditAct?)known.Key).FirstOrDefault();

    /// <inheritdoc cref="ParseAct"/>
    public static AuditOutcome? ParseOutcome(string name) =>
        Outcomes.Where(known => known.Value == name).Select(known => (AuditOutcome?)known.Key).FirstOrDefault();

    private static string Kebab<T>(T value)
        where T : struct, Enum =>
        string.Concat(value.ToString().Select((c, at) => char.IsUpper(c) ? (at > 0 ? "-" : "") + char.ToLowerInvariant(c) : c.ToString()));
}
