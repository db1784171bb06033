using Redox.Media.Api.Pages.Layout;
using Redox.Media.Core.Audit;

namespace Redox.Media.Api.Pages.Audit;

/// <summary>Events of the audit in words.</summary>
internal static class AuditSentences
{
    /// <summary>The acts of the form, each in words.</summary>
    public static readonly IReadOnlyList<(string Value, string Name)> Acts =
        [.. Enum.GetValues<AuditAct>().Select(act => (AuditNames.Of(act), NameOf(act)))];

    /// <summary>The outcomes of the form: FHIR's codes, and words.</summary>
    public static readonly IReadOnlyList<(string Value, string Name)> Outcomes =
        [("0", "succeeded"), ("4", "found nothing, or failed"), ("8", "was refused")];

    /// <summary>Such as <c>looked up a delivery</c>.</summary>
    public static string NameOf(AuditAct act) => act switch
    {
        AuditAct.Query => "sent a query",
        AuditAct.Search => "searched for documents",
        AuditAct.Read => "read a document",
        AuditAct.Vread => "read a version of a document",
        AuditAct.Content => "opened the file of a document",
        AuditAct.ConditionalCreate => "sent a document and got one that was there",
        AuditAct.DeliveryLookUp => "looked up deliveries",
        AuditAct.DocumentHistory => "looked up a document and its versions",
        AuditAct.Payload => "opened a message",
        AuditAct.Release => "released a set-aside delivery",
        AuditAct.SignIn => "signed in",
        AuditAct.AuditSearch => "read the audit",
        AuditAct.Hide => "hid a document",
        AuditAct.Unhide => "showed a hidden document again",
        AuditAct.Move => "moved a document to another patient",
        AuditAct.SetAsideLookUp => "looked at set-aside deliveries",
        AuditAct.DryRun => "tried what a release would give",
        AuditAct.Discard => "discarded a set-aside delivery",
        AuditAct.Restore => "opened a discarded delivery again",
        AuditAct.SetAsideChange => "changed the work list of set-aside deliveries",
        AuditAct.Upload => "sent a file before its message",
        AuditAct.ClientChange => "registered or changed a client",
        _ => AuditNames.Of(act),
    };

    /// <summary>What happened, without the caller and what it was about.</summary>
    public static string Of(AuditRecord record) => record.Event.Access is not { } access
        ? $"failed to sign in {Words.Count(record.Event.Failures!.Failures, "time", "times")}: "
            + AuditEventWriter.Describe(record.Event.Failures)
        : access.Outcome switch
        {
            AuditOutcome.Success => NameOf(access.Act),
            AuditOutcome.NotFound => NameOf(access.Act) + ", and nothing was found",
            AuditOutcome.Refused => $"was refused: {NameOf(access.Act)}",
            _ => $"did not succeed: {NameOf(access.Act)}",
        };

    public static string CallerOf(AuditRecord record) => record.Event.Access?.Caller ?? "an unknown caller";

    public static string? ToneOf(AuditRecord record) => record.Event.Access?.Outcome switch
    {
        AuditOutcome.Refused or null => "bad",
        AuditOutcome.Failed => "warning",
        _ => null,
    };
}
