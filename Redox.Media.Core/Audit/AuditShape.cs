namespace Redox.Media.Core.Audit;

/// <summary>What kind of AuditEvent an act is. Source: IHE BALP; FHIR R4, restful-interaction, audit-event-action.</summary>
/// <param name="Profile">The end of the name of BALP's profile; null for none.</param>
/// <param name="Interaction">The first subtype, a restful-interaction.</param>
/// <param name="Action">A code of audit-event-action.</param>
/// <param name="IsOwn">Whether our name of the act is a subtype beside it, because the interaction does not say it.</param>
internal sealed record AuditShape(string? Profile, string Interaction, string Action, bool IsOwn)
{
    public const string Query = "Query", Read = "Read", Update = "Update";

    public static AuditShape Of(AuditAct act) => act switch
    {
        AuditAct.Search => new(Query, "search-type", "E", IsOwn: false),
        AuditAct.Query or AuditAct.ConditionalCreate or AuditAct.AuditSearch => new(Query, "search-type", "E", IsOwn: true),
        AuditAct.Read => new(Read, "read", "R", IsOwn: false),
        AuditAct.Vread => new(Read, "vread", "R", IsOwn: false),
        AuditAct.Release or AuditAct.Discard or AuditAct.Restore or AuditAct.SetAsideChange or AuditAct.Hide or AuditAct.Unhide
            or AuditAct.Move => new(Update, "update", "U", IsOwn: true),
        AuditAct.Upload => new(null, "create", "C", IsOwn: true), // of no document yet, which the profile requires
        AuditAct.ClientChange => new(null, "update", "U", IsOwn: true), // of a client, and of no document
        AuditAct.SignIn => new(null, "", "E", IsOwn: false),
        _ => new(Read, "read", "R", IsOwn: true),
    };

    /// <summary>0: success; 4: minor failure; 8: serious failure, what a caller had no right to.</summary>
    public static string CodeOf(AuditOutcome outcome) => outcome switch
    {
        AuditOutcome.Success => "0",
        AuditOutcome.Refused => "8",
        _ => "4",
    };

    /// <summary>The outcomes of a code; null for a code that there is not.</summary>
    public static IReadOnlyList<AuditOutcome>? OutcomesOf(string code) =>
        code == "12" ? [] // major failure: no event has it
        : Enum.GetValues<AuditOutcome>().Where(outcome => CodeOf(outcome) == code).ToList() is { Count: > 0 } outcomes ? outcomes : null;
}
