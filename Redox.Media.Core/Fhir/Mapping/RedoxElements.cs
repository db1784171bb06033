using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Redox.Media.Core.Fhir.Search;
using Redox.Media.Core.Fhir.Validation;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Mapping;

/// <summary>Writes properties of Redox's model as R4 elements; one that is absent or blank is left out.</summary>
internal static class RedoxElements
{
    /// <summary>Codes of HL7's table 0203 that sites use as IDType; any other IDType becomes a text.</summary>
    private static readonly FrozenSet<string> IdentifierTypes =
        FrozenSet.Create(StringComparer.Ordinal, "MR", "PI", "PN", "VN", "AN", "SS", "DL", "NPI", "MC", "MA", "PT");

    public static void Text(Utf8JsonWriter writer, string name, string? text)
    {
        if (!string.IsNullOrWhiteSpace(text))
        {
            writer.WriteString(name, FhirJson.ReplaceIllegalCharacters(text));
        }
    }

    public static void Coding(Utf8JsonWriter writer, string system, string code)
    {
        writer.WriteStartObject();
        writer.WriteString("system"u8, system);
        writer.WriteString("code"u8, code);
        writer.WriteEndObject();
    }

    public static void Extension(Utf8JsonWriter writer, string name, string text)
    {
        writer.WriteStartObject();
        writer.WriteString("url"u8, FhirNames.ExtensionPrefix + name);
        Text(writer, "valueString", text);
        writer.WriteEndObject();
    }

    public static void Identifier(Utf8JsonWriter writer, string id, string? type)
    {
        writer.WriteStartObject();
        if (!string.IsNullOrWhiteSpace(type))
        {
            writer.WriteStartObject("type"u8);
            if (IdentifierTypes.Contains(type))
            {
                writer.WriteStartArray("coding"u8);
                Coding(writer, FhirNames.IdentifierTypeSystem, type);
                writer.WriteEndArray();
            }
            else
            {
                Text(writer, "text", type);
            }

            writer.WriteEndObject();
        }

        if (type == "NPI")
        {
            writer.WriteString("system"u8, FhirNames.NpiSystem);
        }

        Text(writer, "value", id);
        writer.WriteEndObject();
    }

    /// <summary>The patient's identifiers that have an ID.</summary>
    public static List<(string Id, string? Type)> PatientIdentifiers(JsonElement message) =>
        [.. JsonText.Elements(FhirJson.Object(message, "Patient"u8), "Identifiers"u8)
            .Select(identifier => (Id: JsonText.Scalar(identifier, "ID"u8) ?? "", Type: JsonText.Scalar(identifier, "IDType"u8)))
            .Where(identifier => !string.IsNullOrWhiteSpace(identifier.Id))];

    /// <summary>Writes a reference by identifier: the service stores no patients, visits and providers that could be referred to.</summary>
    public static void Reference(
        Utf8JsonWriter writer, string name, string type, (string Id, string? Type)? identifier, string? display, bool isMany = false)
    {
        if (identifier is null && string.IsNullOrWhiteSpace(display))
        {
            return;
        }

        writer.WritePropertyName(name);
        if (isMany)
        {
            writer.WriteStartArray();
        }

        writer.WriteStartObject();
        writer.WriteString("type"u8, type);
        if (identifier is { } known)
        {
            writer.WritePropertyName("identifier"u8);
            Identifier(writer, known.Id, known.Type);
        }

        Text(writer, "display", display);
        writer.WriteEndObject();
        if (isMany)
        {
            writer.WriteEndArray();
        }
    }

    /// <summary>True when a provider has an ID or a name.</summary>
    public static bool IsIdentified(JsonElement provider) =>
        !string.IsNullOrWhiteSpace(JsonText.Scalar(provider, "ID"u8)) || Display(provider).Length > 0;

    public static void Provider(Utf8JsonWriter writer, string name, JsonElement provider, bool isMany = false)
    {
        var id = JsonText.Scalar(provider, "ID"u8);
        var identifier = string.IsNullOrWhiteSpace(id) ? default((string, string?)?) : (id, JsonText.Scalar(provider, "IDType"u8));
        Reference(writer, name, "Practitioner", identifier, Display(provider), isMany);
    }

    /// <summary>The date as it was received, when <see cref="ToDateTime"/> changes or drops it; null when both are equal.</summary>
    public static string? UnlessEqual(string? date) => ToDateTime(date) == date ? null : date;

    /// <summary>
    /// The date as a dateTime of R4, with its precision; null when it is none, or is a week, which R4 cannot express. A time without a zone
    /// is UTC.
    /// </summary>
    public static string? ToDateTime(string? date)
    {
        if (string.IsNullOrWhiteSpace(date))
        {
            return null;
        }

        var text = date.Trim();
        foreach (var form in new[] { text, text + "Z", text + ":00Z" })
        {
            if (R4Primitives.IsDateTime(form))
            {
                return form;
            }
        }

        return !FhirDate.TryRead(text, out var read) || FhirDate.IsWeek(text) ? null
            : read.From.UtcDateTime.ToString(
                FhirDate.HasTime(text) ? "yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'" : "yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    private static string Display(JsonElement provider) => string.Join(
        ' ',
        new[] { JsonText.Scalar(provider, "FirstName"u8), JsonText.Scalar(provider, "LastName"u8) }
            .Where(part => !string.IsNullOrWhiteSpace(part)));
}
