using System.Globalization;
using System.Text.Json;
using Redox.Media.Core.Fhir.Validation;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Mapping;

/// <summary>
/// The patient as the source knew it when it sent the document, from the Demographics of a Redox message: what identifies a person
/// (identifiers, name, birth date, gender) and no more, because a reader of the document does not need the address.
/// Source: FHIR R4, DocumentReference.context.sourcePatientInfo.
/// </summary>
internal sealed class SourcePatient
{
    private const string Id = "source-patient";

    private readonly IReadOnlyList<JsonElement> _identifiers;
    private readonly string? _family;
    private readonly IReadOnlyList<string> _given;
    private readonly string? _birthDate;
    private readonly string? _gender;

    private SourcePatient(JsonElement patient, JsonElement demographics)
    {
        _identifiers = [.. JsonText.Elements(patient, "Identifiers"u8).Where(identifier => Value(identifier, "ID"u8) is not null)];
        _family = Value(demographics, "LastName"u8);
        _given = [.. new[] { Value(demographics, "FirstName"u8), Value(demographics, "MiddleName"u8) }.OfType<string>()];
        _birthDate = Date(JsonText.Scalar(demographics, "DOB"u8));
        _gender = Gender(JsonText.Scalar(demographics, "Sex"u8));
    }

    private bool HasName => _family is not null || _given.Count > 0;

    /// <summary>Null when the message has nothing of the patient except identifiers, which the subject has as well.</summary>
    public static SourcePatient? Of(JsonElement message)
    {
        var patient = FhirJson.Object(message, "Patient"u8);
        var source = new SourcePatient(patient, FhirJson.Object(patient, "Demographics"u8));
        return source.HasName || source._birthDate is not null || source._gender is not null ? source : null;
    }

    public void WriteContained(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("contained"u8);
        writer.WriteStartObject();
        writer.WriteString("resourceType"u8, "Patient"u8);
        writer.WriteString("id"u8, Id);
        if (_identifiers.Count > 0)
        {
            writer.WriteStartArray("identifier"u8);
            foreach (var identifier in _identifiers)
            {
                RedoxElements.Identifier(writer, JsonText.Scalar(identifier, "ID"u8)!, JsonText.Scalar(identifier, "IDType"u8));
            }

            writer.WriteEndArray();
        }

        if (HasName)
        {
            WriteName(writer);
        }

        RedoxElements.Text(writer, "gender", _gender);
        RedoxElements.Text(writer, "birthDate", _birthDate);
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    public static void WriteReference(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("sourcePatientInfo"u8);
        writer.WriteString("reference"u8, "#" + Id);
        writer.WriteEndObject();
    }

    private void WriteName(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("name"u8);
        writer.WriteStartObject();
        RedoxElements.Text(writer, "family", _family);
        if (_given.Count > 0)
        {
            writer.WriteStartArray("given"u8);
            foreach (var name in _given)
            {
                writer.WriteStringValue(FhirJson.ReplaceLoneSurrogates(name));
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static string? Value(JsonElement parent, ReadOnlySpan<byte> name) =>
        JsonText.Scalar(parent, name) is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

    // A year or a month is a date as well. A time of birth is dropped, without converting the date to another zone.
    private static string? Date(string? text)
    {
        var day = text?.Trim().Split('T', 't')[0];
        return day is null || !Iso8601.TryParse(day, out var date) ? null
            : R4Primitives.IsDateTime(day) ? day
            : date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    private static string? Gender(string? sex) => sex?.Trim().ToUpperInvariant() switch
    {
        "FEMALE" or "F" => "female",
        "MALE" or "M" => "male",
        "OTHER" or "O" => "other",
        "UNKNOWN" or "U" => "unknown",
        _ => null,
    };
}
