using System.Text.Json;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Mapping;

/// <summary>
/// The patient as the source knew it when it sent the document, from the Demographics of a Redox message: what identifies a person
/// (identifiers, name, birth date, gender) and no more, because a reader of the document does not need the address.
/// Source: FHIR R4, DocumentReference.context.sourcePatientInfo.
/// </summary>
internal static class SourcePatient
{
    private const string Id = "source-patient";

    /// <summary>True when the message has more of the patient than identifiers, which the subject has as well.</summary>
    public static bool IsIn(JsonElement message) => Demographics(message) is var demographics
        && (HasName(demographics) || BirthDate(demographics) is not null || Gender(demographics) is not null);

    public static void WriteContained(Utf8JsonWriter writer, JsonElement message)
    {
        var demographics = Demographics(message);
        writer.WriteStartArray("contained"u8);
        writer.WriteStartObject();
        writer.WriteString("resourceType"u8, "Patient"u8);
        writer.WriteString("id"u8, Id);
        var identifiers = RedoxElements.PatientIdentifiers(message);
        if (identifiers.Count > 0)
        {
            writer.WriteStartArray("identifier"u8);
            identifiers.ForEach(identifier => RedoxElements.Identifier(writer, identifier.Id, identifier.Type));
            writer.WriteEndArray();
        }

        if (HasName(demographics))
        {
            WriteName(writer, demographics);
        }

        RedoxElements.Text(writer, "gender", Gender(demographics));
        RedoxElements.Text(writer, "birthDate", BirthDate(demographics));
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    public static void WriteReference(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("sourcePatientInfo"u8);
        writer.WriteString("reference"u8, "#" + Id);
        writer.WriteEndObject();
    }

    private static void WriteName(Utf8JsonWriter writer, JsonElement demographics)
    {
        writer.WriteStartArray("name"u8);
        writer.WriteStartObject();
        RedoxElements.Text(writer, "family", JsonText.Scalar(demographics, "LastName"u8));
        var given = GivenNames(demographics);
        if (given.Count > 0)
        {
            writer.WriteStartArray("given"u8);
            given.ForEach(name => writer.WriteStringValue(FhirJson.ReplaceIllegalCharacters(name)));
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static JsonElement Demographics(JsonElement message) =>
        FhirJson.Object(FhirJson.Object(message, "Patient"u8), "Demographics"u8);

    private static bool HasName(JsonElement demographics) =>
        !string.IsNullOrWhiteSpace(JsonText.Scalar(demographics, "LastName"u8)) || GivenNames(demographics).Count > 0;

    private static List<string> GivenNames(JsonElement demographics) =>
        [.. new[] { JsonText.Scalar(demographics, "FirstName"u8), JsonText.Scalar(demographics, "MiddleName"u8) }
            .Where(name => !string.IsNullOrWhiteSpace(name)).OfType<string>()];

    // A year or a month is a date as well. A time of birth is dropped, without converting the date to another zone.
    private static string? BirthDate(JsonElement demographics) =>
        RedoxElements.ToDateTime(JsonText.Scalar(demographics, "DOB"u8)?.Trim().Split('T', 't', ' ')[0]);

    private static string? Gender(JsonElement demographics) => JsonText.Scalar(demographics, "Sex"u8)?.Trim().ToUpperInvariant() switch
    {
        "FEMALE" or "F" => "female",
        "MALE" or "M" => "male",
        "OTHER" or "O" => "other",
        "UNKNOWN" or "U" => "unknown",
        _ => null,
    };
}
