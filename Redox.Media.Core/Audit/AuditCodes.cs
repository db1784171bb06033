using System.Text.Json;
using Redox.Media.Core.Fhir.Mapping;

namespace Redox.Media.Core.Audit;

/// <summary>Code systems of AuditEvents, and the elements that have codes.</summary>
internal static class AuditCodes
{
    public const string Terminology = "http://terminology.hl7.org/CodeSystem/";
    public const string EventType = Terminology + "audit-event-type";
    public const string EntityType = Terminology + "audit-entity-type";
    public const string ObjectRole = Terminology + "object-role";
    public const string SourceType = Terminology + "security-source-type";
    public const string Participation = Terminology + "v3-ParticipationType";
    public const string SecurityRole = Terminology + "extra-security-role-type";
    public const string Interaction = "http://hl7.org/fhir/restful-interaction";
    public const string Dicom = "http://dicom.nema.org/resources/ontology/DCM";

    /// <summary>The addresses of IHE's profiles and code systems.</summary>
    public const string Balp = "https://profiles.ihe.net/ITI/BALP/";

    public const string TransactionType = Balp + "CodeSystem/BasicAuditEntityType";

    public static void Coding(Utf8JsonWriter writer, string? name, string system, string code, string? display = null)
    {
        if (name is null)
        {
            writer.WriteStartObject();
        }
        else
        {
            writer.WriteStartObject(name);
        }

        writer.WriteString("system"u8, system);
        writer.WriteString("code"u8, code);
        RedoxElements.Text(writer, "display", display);
        writer.WriteEndObject();
    }

    /// <summary>A CodeableConcept with one coding, and a text.</summary>
    public static void Concept(
        Utf8JsonWriter writer, string? name, string system, string code, string? display = null, string? text = null)
    {
        if (name is null)
        {
            writer.WriteStartObject();
        }
        else
        {
            writer.WriteStartObject(name);
        }

        writer.WriteStartArray("coding"u8);
        Coding(writer, null, system, code, display);
        writer.WriteEndArray();
        RedoxElements.Text(writer, "text", text);
        writer.WriteEndObject();
    }

    public static void Identifier(Utf8JsonWriter writer, string? system, string value)
    {
        writer.WriteStartObject("identifier"u8);
        RedoxElements.Text(writer, "system", system);
        writer.WriteString("value"u8, FhirJson.ReplaceIllegalCharacters(value));
        writer.WriteEndObject();
    }
}
