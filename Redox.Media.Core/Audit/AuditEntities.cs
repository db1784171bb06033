using System.Text;
using System.Text.Json;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir;
using Redox.Media.Core.Fhir.Mapping;

namespace Redox.Media.Core.Audit;

/// <summary>
/// Writes what an access was about: the query or what was read or changed, the patient, and the request. IHE's profiles have one entity of
/// the type System Object; further documents and deliveries are of the type Other.
/// </summary>
internal sealed class AuditEntities(string serviceBase)
{
    private const string SystemObject = "2", Other = "4";

    public void Write(Utf8JsonWriter writer, AuditRecord record, AuditEvent access, AuditShape shape)
    {
        if (shape.Profile is null)
        {
            return;
        }

        writer.WriteStartArray("entity"u8);
        var type = SystemObject;
        if (shape.Profile == AuditShape.Query)
        {
            WriteQuery(writer, record, access);
            type = Other;
        }

        foreach (var document in record.Documents)
        {
            WriteDocument(writer, document, type);
            type = Other;
        }

        foreach (var (id, logId) in record.Deliveries)
        {
            WriteDelivery(writer, id, logId, type);
            type = Other;
        }

        if (record.Patient is { } patient)
        {
            WritePatient(writer, patient);
        }

        writer.WriteStartObject();
        writer.WriteStartObject("what"u8);
        AuditCodes.Identifier(writer, null, record.Event.Id.ToString());
        writer.WriteEndObject();
        AuditCodes.Coding(writer, "type", AuditCodes.TransactionType, "XrequestId");
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    // R4 allows a name or a query, not both (sev-1).
    private static void WriteQuery(Utf8JsonWriter writer, AuditRecord record, AuditEvent access)
    {
        writer.WriteStartObject();
        WriteType(writer, SystemObject, "System Object", "24", "Query");
        if (record.Criteria is { } criteria)
        {
            writer.WriteBase64String("query"u8, Encoding.UTF8.GetBytes(criteria));
        }
        else if (access.Criteria is not null)
        {
            writer.WriteString("name"u8, "what was asked for is shown to readers with the role phi"u8);
        }

        writer.WriteEndObject();
    }

    private void WriteDocument(Utf8JsonWriter writer, SeenDocument document, string type)
    {
        var address = $"{serviceBase}/{FhirResourceType.Media}/{FhirId.Of(document.Document)}";
        writer.WriteStartObject();
        writer.WriteStartObject("what"u8);
        writer.WriteString("reference"u8, document.Version is { } version ? $"{address}/_history/{version}" : address);
        writer.WriteEndObject();
        WriteType(writer, type, type == Other ? "Other" : "System Object", "4", "Domain Resource");
        writer.WriteEndObject();
    }

    private void WriteDelivery(Utf8JsonWriter writer, DeliveryId id, string? logId, string type)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("what"u8);
        AuditCodes.Identifier(writer, serviceBase + "/support/id/delivery", id.ToString());
        writer.WriteEndObject();
        WriteType(writer, type, type == Other ? "Other" : "System Object", "20", "Job");
        RedoxElements.Text(writer, "description", logId is null ? null : "log ID " + logId);
        writer.WriteEndObject();
    }

    // We store no Patient that could be referred to.
    private static void WritePatient(Utf8JsonWriter writer, AuditPatient patient)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("what"u8);
        writer.WriteString("type"u8, "Patient"u8);
        if (patient.Identifier is { } identifier)
        {
            AuditCodes.Identifier(writer, AuditPatients.System(patient.Source, identifier.IdType), identifier.Id);
        }
        else
        {
            writer.WriteString("display"u8, patient.IsWithheld
                ? "a patient, who is shown to readers with the role phi" : "a patient whose identifier is not known here");
        }

        writer.WriteEndObject();
        WriteType(writer, "1", "Person", "1", "Patient");
        writer.WriteEndObject();
    }

    private static void WriteType(Utf8JsonWriter writer, string type, string display, string role, string roleDisplay)
    {
        AuditCodes.Coding(writer, "type", AuditCodes.EntityType, type, display);
        AuditCodes.Coding(writer, "role", AuditCodes.ObjectRole, role, roleDisplay);
    }
}
