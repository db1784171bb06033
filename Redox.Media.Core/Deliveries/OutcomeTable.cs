using System.Collections.Frozen;

namespace Redox.Media.Core.Deliveries;

/// <summary>What follows from an outcome, at every API.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Name">Its name in the database, in responses, logs and metrics.</param>
/// <param name="EngineStatus">
/// HTTP status for the Redox engine, which repeats any status of 400 or above forever and holds back what follows.
/// </param>
/// <param name="ClientStatus">HTTP status for a client at the Redox endpoint.</param>
/// <param name="FhirStatus">HTTP status at the FHIR API; null when the outcome does not occur there.</param>
/// <param name="FhirCode">The issue code of its OperationOutcome (FHIR R4, valueset-issue-type); null for a success.</param>
/// <param name="RecordsBody">Whether the raw bytes are stored with the delivery.</param>
/// <param name="Meaning">A sentence for support staff.</param>
/// <param name="NextStep">What support staff do; null when there is nothing to do.</param>
public sealed record OutcomeRow(
    Outcome Outcome, string Name, int EngineStatus, int ClientStatus, int? FhirStatus, string? FhirCode, bool RecordsBody, string Meaning,
        string? NextStep);

/// <summary>
/// The one place that maps an outcome to status codes, to its name and to words for staff. <c>docs/outcomes.md</c> is written from it.
/// </summary>
public static class OutcomeTable
{
    private const string SendAgain = "Ask the sender to correct the message and to send it again.";

    /// <summary>One row for each outcome, in the order of the enumeration.</summary>
    public static IReadOnlyList<OutcomeRow> All { get; } =
    [
        Applied(Outcome.Created, "created", 201, "The document is new and stored."),
        Applied(Outcome.Revised, "revised", 201, "The document has a new version."),
        Applied(Outcome.Unchanged, "unchanged", null, "The message equals the current version; only the event time moved."),
        Applied(Outcome.Revived, "revived", 201, "The document had been deleted and is current again.",
            "None, unless the deletion was meant to last: ask the sender."),
        Applied(Outcome.Replaced, "replaced", null, "The document took the place of the one it names, which is superseded."),
        Applied(Outcome.ReplacedUnknown, "replaced-unknown", null,
            "The document is stored; the one that it replaces had never arrived, and is superseded all the same.",
            "None: a New of the replaced document that comes late will be stale."),
        Applied(
            Outcome.ReplacedStale, "replaced-stale", null,
            "The document is current, but the one that it replaces has a newer event and keeps its state.",
            "Look at the original document. If both documents are current, ask the sender which of them is valid."),
        Applied(Outcome.Deleted, "deleted", null, "The document is deleted; its versions are kept."),
        Applied(Outcome.DeletedUnknown, "deleted-unknown", null, "The deletion is recorded; the document itself had never arrived.",
            "If this happens often, look for another source or a misspelt DocumentID."),
        Applied(Outcome.Stale, "stale", 201,
            "The event is older than the document's current one: kept as history, nothing current changed.",
            "Look at the document's versions. If this event should have won, a sender's clock is wrong (eventTimeAdjustedFrom of the "
                + "current event shows one that is ahead): have it sent again with the right EventDateTime."),
        Applied(Outcome.Duplicate, "duplicate", 201,
            "The same message had been applied before under the same log ID, or without any ID and time is current; nothing changed."),
        new(Outcome.SetAside, "set-aside", 200, 400, 400, "invalid", RecordsBody: true,
            "The message could not be applied and is stored with its bytes for a person to decide.",
            "Read the violations. If only the patient differs and the document is right, release the delivery; otherwise ask the sender "
                + "to correct and resend."),
        Rejected(
            Outcome.Refused, "refused", 400, 400, "invalid", "The client's request breaks the rules, and the client was told.", SendAgain),
        Rejected(Outcome.Unprocessable, "unprocessable", 422, 422, "business-rule",
            "The client's resource is legal FHIR but breaks a rule of this service, and the client was told.", SendAgain),
        Rejected(Outcome.Forbidden, "forbidden", 403, 403, "forbidden",
            "The client may not send this event, or not for this source, or not revise this document; or the requester of a relayed query "
                + "has no rule.",
                "Check the client's scopes and source, or the requester's rule in Query:Rules, in the settings."),
        Applied(Outcome.Exists, "exists", 200, "A conditional create found the document; nothing was created."),
        new(Outcome.SeveralMatches, "several-matches", 412, 412, 412, "multiple-matches", RecordsBody: false,
            "A conditional create found more than one document; nothing was created.",
                "Ask the client to use a condition that finds one document."),
        new(Outcome.NotRedox, "unintelligible", 200, 400, 400, "invalid", RecordsBody: true,
            "The body is not JSON, or names no data model and event type, as a FHIR message Bundle does not.",
                "Ask the sender what it meant to send; its bytes are stored."),
        Rejected(Outcome.Truncated, "cut-off", 400, 400, "invalid",
            "The connection ended before the body did; what arrived is stored.",
                "None if a later attempt of the same log ID succeeded; otherwise check the network."),
        Rejected(Outcome.TooSlow, "too-slow", 408, 408, "timeout",
            "The body took longer than Intake:BodyTimeout and Intake:MinBytesPerSecond allow; what arrived is stored.",
                "None if a later attempt of the same log ID succeeded; otherwise check the network."),
        Rejected(Outcome.TooLarge, "too-large", 413, 413, "too-long",
            "The body, or the part beside the file, is larger than this service takes.",
                "Ask the sender for a smaller file, or raise Intake:MaxBodyBytes."),
        Rejected(
            Outcome.QueryRefused, "query-refused", 400, 400, "invalid", "The query breaks its rules or names no criterion.", SendAgain),
        Applied(Outcome.Answered, "answered", 200,
            "The query was answered; documentsFound says with how many documents, queryRule by which rule.",
            "If a document is missing, look at its state, Availability and Test, and at the sources that the requester sees."),
        new(Outcome.OtherPatient, "other-patient", 200, 400, null, null, RecordsBody: true,
            "Never recorded: a delivery for another patient than the document's is set aside.", null),
        new(Outcome.HiddenDocument, "hidden-document", 200, 400, null, null, RecordsBody: true,
            "Never recorded: a Replace of a document that staff have hidden is set aside.", null),
        new(Outcome.MovedDocument, "moved-document", 200, 400, null, null, RecordsBody: true,
            "Never recorded: a delivery for the patient from whom staff have moved the document is set aside.", null),
    ];

    private static readonly FrozenDictionary<Outcome, OutcomeRow> ByOutcome = All.ToFrozenDictionary(row => row.Outcome);

    private static readonly FrozenDictionary<string, Outcome> ByName =
        All.ToFrozenDictionary(row => row.Name, row => row.Outcome, StringComparer.Ordinal);

    public static OutcomeRow Of(Outcome outcome) => ByOutcome[outcome];

    /// <summary>The name in the database, in responses, logs and metrics.</summary>
    public static string Name(this Outcome outcome) => ByOutcome[outcome].Name;

    /// <exception cref="KeyNotFoundException">No outcome has this name.</exception>
    public static Outcome Parse(string name) => ByName[name];

    /// <summary>The HTTP status at the Redox endpoint.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <param name="caller">Who sent the request.</param>
    /// <param name="rejectsInvalid">Redox:InvalidEvents is Reject: the engine gets the client's status for what is set aside.</param>
    public static int RedoxStatus(Outcome outcome, Caller caller, bool rejectsInvalid)
    {
        var row = ByOutcome[outcome];
        return caller is Caller.Engine && !rejectsInvalid ? row.EngineStatus : row.ClientStatus;
    }

    private static OutcomeRow Applied(Outcome outcome, string name, int? fhirStatus, string meaning, string? nextStep = null) =>
        new(outcome, name, 200, 200, fhirStatus, null, RecordsBody: false, meaning, nextStep);

    private static OutcomeRow Rejected(
        Outcome outcome, string name, int status, int fhirStatus, string fhirCode, string meaning, string nextStep) =>
        new(outcome, name, status, status, fhirStatus, fhirCode, RecordsBody: true, meaning, nextStep);
}
