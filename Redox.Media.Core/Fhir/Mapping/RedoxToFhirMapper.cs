using System.Text.Json;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Mapping;

/// <summary>
/// A document that came from Redox, as a Media. What R4 has no element for goes into extensions with Redox's own names, and so does
/// what an element can only hold changed (a FileType, a date without a zone): nothing is lost and nothing is made up.
/// </summary>
internal static class RedoxToFhirMapper
{
    public static void Write(Utf8JsonWriter writer, JsonElement message, FoundMedia found, string? contentUrl)
    {
        var media = FhirText.Object(message, "Media"u8);
        var fileType = JsonText.Scalar(media, "FileType"u8);
        var contentType = FileTypes.ContentType(fileType);
        writer.WriteStartObject();
        writer.WriteString("resourceType"u8, "Media"u8);
        writer.WriteString("id"u8, found.Id.ToString());
        WriteMeta(writer, message, found);
        WriteExtensions(writer, message, media, fileType);
        writer.WriteStartArray("identifier"u8);
        WriteIdentifier(writer, message, found);
        writer.WriteEndArray();
        writer.WriteString("status"u8, FhirNames.Completed);
        WriteType(writer, JsonText.Scalar(media, "DocumentType"u8), FileTypes.MediaType(contentType));
        RedoxElements.Person(writer, "subject", "Patient", Best(JsonText.Elements(FhirText.Object(message, "Patient"u8), "Identifiers"u8)), null);
        if (JsonText.Scalar(FhirText.Object(message, "Visit"u8), "VisitNumber"u8) is { Length: > 0 } visit)
        {
            RedoxElements.Person(writer, "encounter", "Encounter", (visit, "VN"), null);
        }

        RedoxElements.Date(writer, "createdDateTime", JsonText.Scalar(media, "ServiceDateTime"u8));
        writer.WriteString("issued"u8, FhirResources.LastUpdated(found.Version!.Value));
        RedoxElements.Provider(writer, "operator", FhirText.Object(media, "Provider"u8));
        WriteContent(writer, media, found, contentType, contentUrl);
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

    private static void WriteMeta(Utf8JsonWriter writer, JsonElement message, FoundMedia found)
    {
        writer.WriteStartObject("meta"u8);
        writer.WriteString("versionId"u8, found.Version!.Value.ToString());
        writer.WriteString("lastUpdated"u8, FhirResources.LastUpdated(found.Version.Value));
        writer.WriteString("source"u8, FhirNames.SourceSystem(found.Source));
        if (JsonText.Member(FhirText.Object(message, "Meta"u8), "Test"u8) is { ValueKind: JsonValueKind.True })
        {
            writer.WriteStartArray("security"u8);
            RedoxElements.Coding(writer, FhirNames.ActReasonSystem, FhirNames.TestCode);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void WriteExtensions(Utf8JsonWriter writer, JsonElement message, JsonElement media, string? fileType)
    {
        var texts = new List<(string Name, string? Text)>
        {
            ("FileType", fileType),
            ("DocumentDescription", JsonText.Scalar(media, "DocumentDescription"u8)),
            ("CreationDateTime", RedoxElements.Unsaid(JsonText.Scalar(media, "CreationDateTime"u8))),
            ("ServiceDateTime", RedoxElements.Unsaid(JsonText.Scalar(media, "ServiceDateTime"u8))),
            ("FacilityCode", JsonText.Scalar(FhirText.Object(message, "Meta"u8), "FacilityCode"u8)),
            ("Availability", JsonText.Scalar(media, "Availability"u8)),
            ("Authenticated", JsonText.Scalar(media, "Authenticated"u8)),
        };
        var identifiers = JsonText.Elements(FhirText.Object(message, "Patient"u8), "Identifiers"u8)
            .Where(identifier => !string.IsNullOrWhiteSpace(JsonText.Scalar(identifier, "ID"u8))).ToList();
        var authenticator = FhirText.Object(media, "Authenticator"u8);
        var hasAuthenticator = RedoxElements.Names(authenticator);
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

        // A subject has one identifier; where Redox says several, all of them stand here.
        foreach (var identifier in identifiers.Where(_ => identifiers.Count > 1))
        {
            writer.WriteStartObject();
            writer.WriteString("url"u8, FhirNames.ExtensionPrefix + "PatientIdentifier");
            writer.WritePropertyName("valueIdentifier"u8);
            RedoxElements.Identifier(writer, JsonText.Scalar(identifier, "ID"u8)!, JsonText.Scalar(identifier, "IDType"u8));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteIdentifier(Utf8JsonWriter writer, JsonElement message, FoundMedia found)
    {
        writer.WriteStartObject();
        writer.WriteString("use"u8, "official"u8);
        writer.WriteString("system"u8, FhirNames.SourceSystem(found.Source));
        RedoxElements.Text(writer, "value", found.DocumentId);
        if (JsonText.Scalar(FhirText.Object(FhirText.Object(message, "Meta"u8), "Source"u8), "Name"u8) is { } name && !string.IsNullOrWhiteSpace(name))
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

    private static void WriteContent(Utf8JsonWriter writer, JsonElement media, FoundMedia found, string contentType, string? contentUrl)
    {
        writer.WriteStartObject("content"u8);
        writer.WriteString("contentType"u8, contentType);
        if (contentUrl is not null)
        {
            writer.WriteString("url"u8, contentUrl);
            writer.WriteNumber("size"u8, found.ContentLength!.Value);
        }
        else if (FhirText.Of(media, "FileContents"u8) is { } elsewhere && !string.IsNullOrWhiteSpace(elsewhere))
        {
            RedoxElements.Text(writer, "url", elsewhere);
        }

        RedoxElements.Text(writer, "title", JsonText.Scalar(media, "FileName"u8));
        RedoxElements.Date(writer, "creation", JsonText.Scalar(media, "CreationDateTime"u8));
        writer.WriteEndObject();
    }

    // The medical record number says most to most readers, then the record's own ID, then whatever comes first.
    private static (string Id, string? Type)? Best(IEnumerable<JsonElement> identifiers)
    {
        var all = identifiers.Select(identifier => (Id: JsonText.Scalar(identifier, "ID"u8) ?? "", Type: JsonText.Scalar(identifier, "IDType"u8)))
            .Where(identifier => !string.IsNullOrWhiteSpace(identifier.Id)).ToList();
        return all.Count == 0 ? null
            : all.OrderBy(identifier => identifier.Type?.ToUpperInvariant() switch { "MR" => 0, "EHRID" => 1, _ => 2 }).First();
    }
}
