using System.Globalization;
using System.Text;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Fhir;

namespace Redox.Media.Core.Audit;

/// <summary>
/// Writes records of the audit as CSV. A cell that a spreadsheet would take for a formula gets a leading apostrophe. Source: RFC 4180;
/// OWASP, CSV injection.
/// </summary>
public static class AuditCsv
{
    private static readonly string[] Columns =
    [
        "recorded", "act", "outcome", "agent", "requester", "role", "address", "token_id", "patient_system", "patient", "documents",
        "deliveries", "log_ids", "reason", "detail", "criteria", "test", "count", "event_id", "id", "note",
    ];

    public static string Head => Line(Columns);

    public static string Line(AuditRecord record) =>
        record.Event.Access is { } access ? Line(Cells(record, access)) : Line(Cells(record, record.Event.Failures!));

    /// <summary>A line that has no event but says something of the file.</summary>
    public static string Note(string text) => Line([.. Columns[..^1].Select(_ => (string?)null), text]);

    private static string?[] Cells(AuditRecord record, AuditEvent access)
    {
        var patient = record.Patient;
        return
        [
            Time(record.Event.RecordedAt), AuditNames.Of(access.Act), AuditNames.Of(access.Outcome), access.Caller, access.Requester,
            access.Origin.Role, access.Origin.Address, access.Origin.TokenId,
            patient?.Identifier is { } identifier ? AuditPatients.System(patient.Source, identifier.IdType) : null,
            patient is null ? null : patient.Identifier?.Id ?? (patient.IsWithheld ? "(withheld)" : "(not known)"),
            Join(record.Documents.Select(seen => seen.Version is { } version
                ? $"Media/{FhirId.Of(seen.Document)}/_history/{version}" : $"Media/{FhirId.Of(seen.Document)}")),
            Join(record.Deliveries.Select(delivery => delivery.Id.ToString())),
            Join(record.Deliveries.Select(delivery => delivery.LogId).OfType<string>()),
            access.Reason, access.Detail, record.Criteria, access.IsTest ? "true" : "false", "1", record.Event.Id.ToString(),
            record.Id.ToString(), null,
        ];
    }

    private static string?[] Cells(AuditRecord record, FailedAuthentication failures) =>
    [
        Time(record.Event.RecordedAt), "failed-authentication", AuditNames.Of(AuditOutcome.Failed), "unknown", null, null,
        failures.Address, null, null, null, null, null, null, null, AuditEventWriter.Describe(failures), null, "false",
        failures.Failures.ToString(CultureInfo.InvariantCulture), record.Event.Id.ToString(), record.Id.ToString(), null,
    ];

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private static string? Join(IEnumerable<string> texts) => string.Join(' ', texts);

    private static string Line(IEnumerable<string?> cells) => string.Join(',', cells.Select(Cell)) + "\r\n";

    private static string Cell(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        var safe = text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? "'" + text : text;
        return safe.AsSpan().ContainsAny("\",\r\n")
            ? new StringBuilder(safe).Replace("\"", "\"\"").Insert(0, '"').Append('"').ToString() : safe;
    }
}
