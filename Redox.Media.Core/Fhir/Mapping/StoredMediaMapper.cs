using System.Text.Json;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Mapping;

/// <summary>
/// A Media that was created here: every property as it was received, byte for byte, except what a server sets (id, meta), the DocumentID,
/// which is added to the identifiers, and the address of the content, which replaces its data.
/// </summary>
internal static class StoredMediaMapper
{
    private const string OriginalUrl = FhirNames.ExtensionPrefix + "original-url";

    public static void Write(Utf8JsonWriter writer, DocumentSource source)
    {
        writer.WriteStartObject();
        writer.WriteString("resourceType"u8, "Media"u8);
        writer.WriteString("id"u8, source.Document.Id.ToString());
        FhirResources.WriteMeta(writer, source, withProfile: true);
        writer.WriteStartArray("identifier"u8);
        foreach (var identifier in JsonText.Elements(source.Resource, "identifier"u8))
        {
            FhirJson.WriteRaw(writer, identifier);
        }

        WriteIdentifier(writer, source.Document);
        writer.WriteEndArray();
        foreach (var property in source.Resource.EnumerateObject())
        {
            if (property.NameEquals("content"u8) && source.ContentUrl is not null)
            {
                writer.WriteStartObject("content"u8);
                WriteAttachment(writer, source);
                writer.WriteEndObject();
            }
            else if (property.Name is not ("resourceType" or "id" or "_id" or "meta" or "identifier"))
            {
                FhirJson.Copy(writer, property);
            }
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes the DocumentID as an identifier.</summary>
    public static void WriteIdentifier(Utf8JsonWriter writer, FoundMedia document)
    {
        writer.WriteStartObject();
        writer.WriteString("system"u8, FhirNames.SourceSystem(document.Source));
        writer.WriteString("value"u8, document.DocumentId);
        writer.WriteEndObject();
    }

    /// <summary>Writes the properties of the Attachment.</summary>
    public static void WriteAttachment(Utf8JsonWriter writer, DocumentSource source)
    {
        var content = FhirJson.Object(source.Resource, "content"u8);
        var originalUrl = FhirJson.Text(content, "url"u8);
        foreach (var property in content.EnumerateObject())
        {
            if (source.ContentUrl is null || !(property.Name is "data" or "_data" or "url" or "size"
                || (property.NameEquals("extension"u8) && originalUrl is not null)))
            {
                FhirJson.Copy(writer, property);
            }
        }

        if (source.ContentUrl is null)
        {
            return;
        }

        if (originalUrl is not null)
        {
            writer.WriteStartArray("extension"u8);
            foreach (var extension in JsonText.Elements(content, "extension"u8))
            {
                FhirJson.WriteRaw(writer, extension);
            }

            writer.WriteStartObject();
            writer.WriteString("url"u8, OriginalUrl);
            writer.WriteString("valueUri"u8, FhirJson.ReplaceLoneSurrogates(originalUrl));
            writer.WriteEndObject();
            writer.WriteEndArray();
        }

        writer.WriteString("url"u8, source.ContentUrl);
        writer.WriteNumber("size"u8, source.Document.ContentLength!.Value);

        // Documents created before hashes were stored have none.
        if (JsonText.Member(content, "hash"u8) is null && FhirJson.Text(source.RedoxMedia, FhirToRedoxMapper.ContentHash) is { } hash)
        {
            writer.WriteString("hash"u8, hash);
        }
    }
}
