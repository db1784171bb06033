using System.Buffers;
using System.Text.Json;
using System.Text.RegularExpressions;
using Redox.Media.Core.Fhir.Validation;

namespace Redox.Media.Core.Fhir.Mapping;

/// <summary>Maps a <see cref="CanvasLegacyPayload"/> to a Media, and the issues of that Media back to the attributes.</summary>
internal static partial class CanvasLegacyMapper
{
    private static readonly (string Path, string Attribute)[] Attributes =
    [
        ("Media.status", "integration_payload.status"),
        ("Media.subject", "patient_identifier.identifier"),
        ("Media.encounter", "integration_payload.encounter_id"),
        ("Media.operator", "integration_payload.originator"),
        ("Media.content.contentType", "integration_payload.media.content_type"),
        ("Media.content.data", "integration_payload.media.content"),
        ("Media.content.title", "integration_payload.title"),
        ("Media.content", "integration_payload.media"),
        ("Media.note", "integration_payload.narrative"),
    ];

    /// <summary>The Media, whose data is the empty string as in the body.</summary>
    /// <param name="body">A valid body in the attribute form.</param>
    public static ReadOnlyMemory<byte> Write(JsonElement body)
    {
        var payload = FhirJson.Object(body, "integration_payload"u8);
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteString("resourceType"u8, "Media"u8);
        Copy(writer, "status"u8, payload, "status"u8);
        Reference(writer, "subject", "Patient", FhirJson.Text(FhirJson.Object(body, "patient_identifier"u8), "identifier"u8));
        Reference(writer, "encounter", "Encounter", FhirJson.Text(payload, "encounter_id"u8));
        Reference(writer, "operator", "Practitioner", FhirJson.Text(payload, "originator"u8));
        writer.WriteStartObject("content"u8);
        Copy(writer, "contentType"u8, FhirJson.Object(payload, "media"u8), "content_type"u8);
        writer.WriteString("data"u8, ""u8);
        Copy(writer, "title"u8, payload, "title"u8);
        writer.WriteEndObject();
        if (!string.IsNullOrEmpty(FhirJson.Text(payload, "narrative"u8)))
        {
            writer.WriteStartArray("note"u8);
            writer.WriteStartObject();
            Copy(writer, "text"u8, payload, "narrative"u8);
            writer.WriteEndObject();
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>The issue with the attribute in place of the path in the Media, which the client has not sent.</summary>
    public static FhirIssue AsSent(FhirIssue issue) => issue with
    {
        Expression = issue.Expression is { } expression ? Attribute(expression) : null,
        Text = PathInMedia().Replace(issue.Text, path => Attribute(path.Value)),
    };

    private static string Attribute(string path) => Attributes
        .Where(row => path.StartsWith(row.Path, StringComparison.Ordinal))
        .Select(row => row.Attribute)
        .FirstOrDefault(path);

    private static void Copy(Utf8JsonWriter writer, ReadOnlySpan<byte> name, JsonElement parent, ReadOnlySpan<byte> attribute)
    {
        if (FhirJson.Text(parent, attribute) is { Length: > 0 } text)
        {
            writer.WriteString(name, FhirJson.ReplaceLoneSurrogates(text));
        }
    }

    /// <summary>
    /// Writes an id or a reference as a reference. Any other text (12/34, a number with spaces) is an identifier from some register: as an
    /// identifier it is found by Media.Query and by <c>patient:identifier</c>, as a reference it would not be found at all.
    /// </summary>
    private static void Reference(Utf8JsonWriter writer, string name, string type, string? sent)
    {
        if (string.IsNullOrEmpty(sent))
        {
            return;
        }

        var text = FhirJson.ReplaceLoneSurrogates(sent);
        writer.WriteStartObject(name);
        if (R4Primitives.IsId(text))
        {
            writer.WriteString("reference"u8, $"{type}/{text}");
        }
        else if (FhirReference.TypeOf(text) is not null || text.StartsWith("urn:", StringComparison.Ordinal))
        {
            writer.WriteString("reference"u8, text);
        }
        else
        {
            writer.WriteString("type"u8, type);
            writer.WriteStartObject("identifier"u8);
            writer.WriteString("value"u8, text);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    [GeneratedRegex(@"Media(\.[A-Za-z]+(\[[0-9]+\])?)+", RegexOptions.CultureInvariant)]
    private static partial Regex PathInMedia();
}
