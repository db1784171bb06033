using System.Buffers;
using System.Text.Json;
using System.Text.RegularExpressions;
using Redox.Media.Core.Fhir.Validation;

namespace Redox.Media.Core.Fhir.Mapping;

/// <summary>Turns the <see cref="CanvasLegacyPayload"/> into the Media that says the same, and what is said of that Media back.</summary>
internal static partial class CanvasLegacyMapper
{
    private static readonly (string Place, string Attribute)[] Attributes =
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

    /// <summary>The Media, with its file cut out as it was.</summary>
    /// <param name="body">Valid.</param>
    public static ReadOnlyMemory<byte> Write(JsonElement body)
    {
        var payload = FhirText.Object(body, "integration_payload"u8);
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteString("resourceType"u8, "Media"u8);
        Copy(writer, "status"u8, payload, "status"u8);
        Reference(writer, "subject", "Patient", FhirText.Of(FhirText.Object(body, "patient_identifier"u8), "identifier"u8));
        Reference(writer, "encounter", "Encounter", FhirText.Of(payload, "encounter_id"u8));
        Reference(writer, "operator", "Practitioner", FhirText.Of(payload, "originator"u8));
        writer.WriteStartObject("content"u8);
        Copy(writer, "contentType"u8, FhirText.Object(payload, "media"u8), "content_type"u8);
        writer.WriteString("data"u8, ""u8);
        Copy(writer, "title"u8, payload, "title"u8);
        writer.WriteEndObject();
        if (!string.IsNullOrEmpty(FhirText.Of(payload, "narrative"u8)))
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

    /// <summary>The same issue in the words of the form that was sent: it names no place that its sender has never seen.</summary>
    public static FhirIssue AsSent(FhirIssue issue) => issue with
    {
        Expression = issue.Expression is { } expression ? Attribute(expression) : null,
        Text = PlaceInMedia().Replace(issue.Text, place => Attribute(place.Value)),
    };

    private static string Attribute(string place) => Attributes
        .Where(row => place.StartsWith(row.Place, StringComparison.Ordinal))
        .Select(row => row.Attribute)
        .FirstOrDefault(place);

    private static void Copy(Utf8JsonWriter writer, ReadOnlySpan<byte> name, JsonElement parent, ReadOnlySpan<byte> itsName)
    {
        if (FhirText.Of(parent, itsName) is { Length: > 0 } text)
        {
            writer.WriteString(name, FhirText.Whole(text));
        }
    }

    /// <summary>
    /// An id becomes a reference, and so does what is one. Anything else (12/34, a number with blanks in it) is the name that some
    /// register gives the patient: as an identifier it is found by Media.Query and by <c>patient:identifier</c>, as a reference by nothing.
    /// </summary>
    private static void Reference(Utf8JsonWriter writer, string name, string type, string? sent)
    {
        if (string.IsNullOrEmpty(sent))
        {
            return;
        }

        var text = FhirText.Whole(sent);
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
    private static partial Regex PlaceInMedia();
}
