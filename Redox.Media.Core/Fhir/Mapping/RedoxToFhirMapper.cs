using System.Text.Json;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Mapping;

/// <summary>
/// A document from Redox as a Media. What R4 has no element for goes into extensions with Redox's own names, and so does a value that an
/// element can only hold changed (a FileType, a date without a zone), so that nothing is lost and nothing is invented.
/// </summary>
internal static class RedoxToFhirMapper
{
    public static void Write(Utf8JsonWriter writer, DocumentSource source)
    {
        var (document, media) = (source.Document, source.RedoxMedia);
        writer.WriteStartObject();
        writer.WriteString("resourceType"u8, "Media"u8);
        writer.WriteString("id"u8, document.Id.ToString());
        FhirResources.WriteMeta(writer, source, withProfile: true);
        WriteExtensions(writer, source);
        writer.WriteStartArray("identifier"u8);
        WriteIdentifier(writer, source);
        writer.WriteEndArray();
        writer.WriteString("status"u8, FhirNames.Completed);
        WriteType(writer, JsonText.Scalar(media, "DocumentType"u8), FileTypes.MediaType(source.ContentType!));
        WriteSubject(writer, source.Message);
        WriteEncounter(writer, source.Message, isMany: false);
        RedoxElements.Text(writer, "createdDateTime", Created(media));
        writer.WriteString("issued"u8, FhirResources.LastUpdated(document));
        RedoxElements.Provider(writer, "operator", FhirJson.Object(media, "Provider"u8));
        writer.WriteStartObject("content"u8);
        WriteAttachment(writer, source);
        writer.WriteEndObject();
        if (JsonText.Scalar(media, "DocumentDescription"u8) is { } description && !string.IsNullOrWhiteSpace(description))
        {
            writer.WriteStartArray("note"u8);
            writer.WriteStartObject();
            RedoxElements.Text(writer, "text", description);
            writer.WriteEndObject();
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    /// <summary>When the site made the document, as a dateTime.</summary>
    public static string? Created(JsonElement media) => RedoxElements.ToDateTime(JsonText.Scalar(media, "ServiceDateTime"u8));

    // The medical record number is known to most readers, then the record's own ID; of the others the first is as good as any.
    public static void WriteSubject(Utf8JsonWriter writer, JsonElement message) => RedoxElements.Reference(
        writer,
        "subject",
        "Patient",
        RedoxElements.PatientIdentifiers(message)
            .OrderBy(identifier => identifier.Type?.ToUpperInvariant() switch { "MR" => 0, "EHRID" => 1, _ => 2 })
            .Select(identifier => ((string, string?)?)identifier)
            .FirstOrDefault(),
        null);

    public static bool HasEncounter(JsonElement message) => VisitNumber(message) is { Length: > 0 };

    public static void WriteEncounter(Utf8JsonWriter writer, JsonElement message, bool isMany)
    {
        if (HasEncounter(message))
        {
            RedoxElements.Reference(writer, "encounter", "Encounter", (VisitNumber(message)!, "VN"), null, isMany);
        }
    }

    public static void WriteExtensions(Utf8JsonWriter writer, DocumentSource source)
    {
        var (message, media) = (source.Message, source.RedoxMedia);
        var texts = new List<(string Name, string? Text)>
        {
            ("FileType", JsonText.Scalar(media, "FileType"u8)),
            ("DocumentDescription", JsonText.Scalar(media, "DocumentDescription"u8)),
            ("CreationDateTime", RedoxElements.UnlessEqual(JsonText.Scalar(media, "CreationDateTime"u8))),
            ("ServiceDateTime", RedoxElements.UnlessEqual(JsonText.Scalar(media, "ServiceDateTime"u8))),
            ("FacilityCode", JsonText.Scalar(FhirJson.Object(message, "Meta"u8), "FacilityCode"u8)),
            ("Availability", JsonText.Scalar(media, "Availability"u8)),
            ("Authenticated", JsonText.Scalar(media, "Authenticated"u8)),
        };
        var identifiers = RedoxElements.PatientIdentifiers(message);
        var authenticator = FhirJson.Object(media, "Authenticator"u8);
        var hasAuthenticator = RedoxElements.IsIdentified(authenticator);
        if (identifiers.Count < 2 && !hasAuthenticator && texts.All(text => string.IsNullOrWhiteSpace(text.Text)))
        {
            return;
        }

        writer.WriteStartArray("extension"u8);
        foreach (var (name, text) in texts.Where(text => !string.IsNullOrWhiteSpace(text.Text)))
        {
            RedoxElements.Extension(writer, name, text!);
        }

        if (hasAuthenticator)
        {
            writer.WriteStartObject();
            writer.WriteString("url"u8, FhirNames.ExtensionPrefix + "Authenticator");
            RedoxElements.Provider(writer, "valueReference", authenticator);
            writer.WriteEndObject();
        }

        // A subject has one identifier; when Redox sends several, all of them go here.
        foreach (var identifier in identifiers.Where(_ => identifiers.Count > 1))
        {
            writer.WriteStartObject();
            writer.WriteString("url"u8, FhirNames.ExtensionPrefix + "PatientIdentifier");
            writer.WritePropertyName("valueIdentifier"u8);
            RedoxElements.Identifier(writer, identifier.Id, identifier.Type);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    public static void WriteIdentifier(Utf8JsonWriter writer, DocumentSource source)
    {
        writer.WriteStartObject();
        writer.WriteString("use"u8, "official"u8);
        writer.WriteString("system"u8, FhirNames.SourceSystem(source.Document.Source));
        RedoxElements.Text(writer, "value", source.Document.DocumentId);
        var sender = FhirJson.Object(FhirJson.Object(source.Message, "Meta"u8), "Source"u8);
        if (JsonText.Scalar(sender, "Name"u8) is { } name && !string.IsNullOrWhiteSpace(name))
        {
            writer.WriteStartObject("assigner"u8);
            RedoxElements.Text(writer, "display", name);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteType(Utf8JsonWriter writer, string? documentType, string? mediaType)
    {
        if (string.IsNullOrWhiteSpace(documentType) && mediaType is null)
        {
            return;
        }

        writer.WriteStartObject("type"u8);
        if (mediaType is not null)
        {
            writer.WriteStartArray("coding"u8);
            RedoxElements.Coding(writer, FhirNames.MediaTypeSystem, mediaType);
            writer.WriteEndArray();
        }

        RedoxElements.Text(writer, "text", documentType);
        writer.WriteEndObject();
    }

    /// <summary>Writes the properties of the Attachment.</summary>
    public static void WriteAttachment(Utf8JsonWriter writer, DocumentSource source)
    {
        var media = source.RedoxMedia;
        writer.WriteString("contentType"u8, source.ContentType);
        if (source.ContentUrl is not null)
        {
            writer.WriteString("url"u8, source.ContentUrl);
            writer.WriteNumber("size"u8, source.Document.ContentLength!.Value);
        }
        else
        {
            RedoxElements.Text(writer, "url", FhirJson.Text(media, "FileContents"u8));
        }

        RedoxElements.Text(writer, "title", JsonText.Scalar(media, "FileName"u8));
        RedoxElements.Text(writer, "creation", RedoxElements.ToDateTime(JsonText.Scalar(media, "CreationDateTime"u8)));
    }

    private static string? VisitNumber(JsonElement message) => JsonText.Scalar(FhirJson.Object(message, "Visit"u8), "VisitNumber"u8);
}
