using System.Text.Json;
using Redox.Media.Core.Fhir.Validation;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Mapping;

/// <summary>Writes members of Redox's model as R4 elements; what is not there, or says nothing, is not written at all.</summary>
internal static class RedoxElements
{
    /// <summary>Codes of HL7's table 0203 that sites use as IDType; any other word of theirs is a text.</summary>
    private static readonly HashSet<string> IdentifierTypes = new(StringComparer.Ordinal) { "MR", "PI", "PN", "VN", "AN", "SS", "DL", "NPI", "MC", "MA", "PT" };

    public static void Text(Utf8JsonWriter writer, string name, string? text)
    {
        if (!string.IsNullOrWhiteSpace(text))
        {
            writer.WriteString(name, FhirText.Whole(text));
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

    /// <summary>A reference by identifier: we hold no patients, visits and providers that a reference could lead to.</summary>
    public static void Person(Utf8JsonWriter writer, string name, string type, (string Id, string? Type)? identifier, string? display)
    {
        if (identifier is null && string.IsNullOrWhiteSpace(display))
        {
            return;
        }

        writer.WriteStartObject(name);
        writer.WriteString("type"u8, type);
        if (identifier is { } known)
        {
            writer.WritePropertyName("identifier"u8);
            Identifier(writer, known.Id, known.Type);
        }

        Text(writer, "display", display);
        writer.WriteEndObject();
    }

    /// <summary>True when a provider says who it is.</summary>
    public static bool Names(JsonElement provider) => !string.IsNullOrWhiteSpace(JsonText.Scalar(provider, "ID"u8)) || Display(provider).Length > 0;

    public static void Provider(Utf8JsonWriter writer, string name, JsonElement provider)
    {
        var id = JsonText.Scalar(provider, "ID"u8);
        Person(writer, name, "Practitioner", string.IsNullOrWhiteSpace(id) ? null : (id, JsonText.Scalar(provider, "IDType"u8)), Display(provider));
    }

    /// <summary>Writes a date that R4 can hold as it is. One with a time and no zone is taken as UTC, as everywhere here.</summary>
    public static void Date(Utf8JsonWriter writer, string name, string? date)
    {
        if (ToDateTime(date) is { } dateTime)
        {
            writer.WriteString(name, dateTime);
        }
    }

    /// <summary>The date as it was received, where <see cref="Date"/> writes it otherwise or not at all; null where it says the same.</summary>
    public static string? Unsaid(string? date) => ToDateTime(date) == date ? null : date;

    private static string Display(JsonElement provider) => string.Join(
        ' ', new[] { JsonText.Scalar(provider, "FirstName"u8), JsonText.Scalar(provider, "LastName"u8) }.Where(part => !string.IsNullOrWhiteSpace(part)));

    private static string? ToDateTime(string? date)
    {
        if (string.IsNullOrWhiteSpace(date))
        {
            return null;
        }

        foreach (var form in new[] { date, date + "Z", date + ":00Z" })
        {
            if (R4Primitives.IsDateTime(form))
            {
                return form;
            }
        }

        return Iso8601.TryParse(date, out var time)
            ? time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", System.Globalization.CultureInfo.InvariantCulture)
            : null;
    }
}
