using System.Globalization;
using System.Text.Json;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Fhir.Mapping;

namespace Redox.Media.Core.Audit;

/// <summary>
/// Writes records of the audit as AuditEvents of R4. One that succeeded claims IHE's profile for its act (BALP, Basic Audit Log Patterns),
/// if it has what the profile requires; a refusal or failure claims none, since the profiles are of successes.
/// </summary>
/// <param name="serviceBase">The address of this service, without a trailing slash.</param>
public sealed class AuditEventWriter(string serviceBase)
{
    private readonly AuditAgents _agents = new(serviceBase);
    private readonly AuditEntities _entities = new(serviceBase);
    private readonly string _site = Uri.TryCreate(serviceBase, UriKind.Absolute, out var address) ? address.Authority : serviceBase;

    public void Write(Utf8JsonWriter writer, AuditRecord record)
    {
        writer.WriteStartObject();
        writer.WriteString("resourceType"u8, "AuditEvent"u8);
        writer.WriteString("id"u8, record.Id.ToString());
        if (record.Event.Access is { } access)
        {
            WriteAccess(writer, record, access);
        }
        else
        {
            WriteFailures(writer, record.Event.Failures!);
        }

        writer.WriteEndObject();
    }

    /// <summary>The profile that the record meets; null for none.</summary>
    public static string? ProfileOf(AuditRecord record)
    {
        if (record.Event.Access is not { Outcome: AuditOutcome.Success } access || AuditShape.Of(access.Act).Profile is not { } profile)
        {
            return null;
        }

        // The profile of queries requires the query, which not every reader may see; the others require what was read or changed.
        var isComplete = profile == AuditShape.Query ? record.Criteria is not null : record.Documents.Count + record.Deliveries.Count > 0;
        return isComplete
            ? $"{AuditCodes.Balp}StructureDefinition/IHE.BasicAudit.{(record.Patient is null ? "" : "Patient")}{profile}" : null;
    }

    private void WriteAccess(Utf8JsonWriter writer, AuditRecord record, AuditEvent access)
    {
        WriteMeta(writer, ProfileOf(record), access.IsTest);
        WriteType(writer, access.Act);
        var shape = AuditShape.Of(access.Act);
        writer.WriteString("action"u8, shape.Action);
        WriteRecorded(writer, record.Event.RecordedAt);
        writer.WriteString("outcome"u8, AuditShape.CodeOf(access.Outcome));
        RedoxElements.Text(
            writer, "outcomeDesc", access.Outcome == AuditOutcome.Success ? access.Detail : access.Detail ?? AuditNames.Of(access.Outcome));
        if (!string.IsNullOrWhiteSpace(access.Reason))
        {
            writer.WriteStartArray("purposeOfEvent"u8);
            AuditCodes.Concept(
                writer, null, FhirNames.ActReasonSystem, AuditAgents.Operations, AuditAgents.OperationsText, access.Reason);
            writer.WriteEndArray();
        }

        _agents.Write(writer, access, shape);
        WriteSource(writer);
        _entities.Write(writer, record, access, shape);
    }

    // Nobody was identified: there is no "who", and of the credential only its kind.
    private void WriteFailures(Utf8JsonWriter writer, FailedAuthentication failures)
    {
        WriteType(writer, AuditAct.SignIn);
        writer.WriteString("action"u8, "E"u8);
        WriteRecorded(writer, failures.Minute);
        writer.WriteString("outcome"u8, "4"u8);
        writer.WriteString("outcomeDesc"u8, Describe(failures));
        writer.WriteStartArray("agent"u8);
        writer.WriteStartObject();
        AuditCodes.Concept(writer, "type", AuditCodes.SecurityRole, "humanuser", "human user");
        writer.WriteBoolean("requestor"u8, true);
        AuditAgents.Network(writer, failures.Address);
        writer.WriteEndObject();
        writer.WriteEndArray();
        WriteSource(writer);
    }

    /// <summary>The outcomes of a code of AuditEvent.outcome; null for a code that there is not.</summary>
    public static IReadOnlyList<AuditOutcome>? OutcomesOf(string code) => AuditShape.OutcomesOf(code);

    /// <summary>What was counted, as a text.</summary>
    public static string Describe(FailedAuthentication failures) => string.Create(
        CultureInfo.InvariantCulture,
        $"{failures.Failures} failed authentications at {failures.Endpoint} within one minute, with credentials of these kinds: "
        + $"{string.Join(", ", failures.Credentials)}");

    private static void WriteMeta(Utf8JsonWriter writer, string? profile, bool isTest)
    {
        if (profile is null && !isTest)
        {
            return;
        }

        writer.WriteStartObject("meta"u8);
        if (profile is not null)
        {
            writer.WriteStartArray("profile"u8);
            writer.WriteStringValue(profile);
            writer.WriteEndArray();
        }

        if (isTest)
        {
            writer.WriteStartArray("security"u8);
            AuditCodes.Coding(writer, null, FhirNames.ActReasonSystem, FhirNames.TestCode);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private void WriteType(Utf8JsonWriter writer, AuditAct act)
    {
        var shape = AuditShape.Of(act);
        if (act == AuditAct.SignIn)
        {
            AuditCodes.Coding(writer, "type", AuditCodes.Dicom, "110114", "User Authentication");
            writer.WriteStartArray("subtype"u8);
            AuditCodes.Coding(writer, null, AuditCodes.Dicom, "110122", "Login");
            writer.WriteEndArray();
            return;
        }

        AuditCodes.Coding(writer, "type", AuditCodes.EventType, "rest", "Restful Operation");
        writer.WriteStartArray("subtype"u8);
        AuditCodes.Coding(writer, null, AuditCodes.Interaction, shape.Interaction, shape.Interaction);
        if (shape.IsOwn)
        {
            AuditCodes.Coding(writer, null, serviceBase + "/support/id/act", AuditNames.Of(act));
        }

        writer.WriteEndArray();
    }

    private static void WriteRecorded(Utf8JsonWriter writer, DateTimeOffset time) =>
        writer.WriteString("recorded"u8, time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));

    private void WriteSource(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("source"u8);
        writer.WriteString("site"u8, _site);
        writer.WriteStartObject("observer"u8);
        writer.WriteString("display"u8, AuditAgents.Product);
        writer.WriteEndObject();
        writer.WriteStartArray("type"u8);
        AuditCodes.Coding(writer, null, AuditCodes.SourceType, "4", "Application Server");
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
