using System.Runtime.InteropServices;
using System.Text.Json;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Mapping;

/// <summary>
/// A Media that was created here, given back as it was received, every element that R4 knows and every other, byte for byte; except
/// what a server sets (id, meta), the DocumentID among the identifiers, and the content's address in place of its data.
/// </summary>
internal static class StoredMediaMapper
{
    private const string OriginalUrl = FhirNames.ExtensionPrefix + "original-url";

    public static void Write(Utf8JsonWriter writer, JsonElement resource, FoundMedia media, string? contentUrl)
    {
        writer.WriteStartObject();
        writer.WriteString("resourceType"u8, "Media"u8);
        writer.WriteString("id"u8, media.Id.ToString());
        WriteMeta(writer, FhirText.Object(resource, "meta"u8), media);
        WriteIdentifiers(writer, resource, media);
        foreach (var member in resource.EnumerateObject())
        {
            if (member.NameEquals("content"u8) && contentUrl is not null)
            {
                WriteContent(writer, member.Value, media, contentUrl);
            }
            else if (!member.NameEquals("resourceType"u8) && !member.NameEquals("id"u8) && !member.NameEquals("_id"u8)
                && !member.NameEquals("meta"u8) && !member.NameEquals("identifier"u8))
            {
                Copy(writer, member);
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteMeta(Utf8JsonWriter writer, JsonElement received, FoundMedia media)
    {
        writer.WriteStartObject("meta"u8);
        writer.WriteString("versionId"u8, media.Version!.Value.ToString());
        writer.WriteString("lastUpdated"u8, FhirResources.LastUpdated(media.Version.Value));
        if (JsonText.Member(received, "source"u8) is null)
        {
            writer.WriteString("source"u8, FhirNames.SourceSystem(media.Source));
        }

        if (received.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in received.EnumerateObject())
            {
                if (!member.Name.EndsWith("versionId", StringComparison.Ordinal) && !member.Name.EndsWith("lastUpdated", StringComparison.Ordinal))
                {
                    Copy(writer, member);
                }
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteIdentifiers(Utf8JsonWriter writer, JsonElement resource, FoundMedia media)
    {
        writer.WriteStartArray("identifier"u8);
        foreach (var identifier in JsonText.Elements(resource, "identifier"u8))
        {
            Raw(writer, identifier);
        }

        writer.WriteStartObject();
        writer.WriteString("system"u8, FhirNames.SourceSystem(media.Source));
        writer.WriteString("value"u8, media.DocumentId);
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static void WriteContent(Utf8JsonWriter writer, JsonElement content, FoundMedia media, string contentUrl)
    {
        writer.WriteStartObject("content"u8);
        var url = FhirText.Of(content, "url"u8);
        foreach (var member in content.EnumerateObject())
        {
            if (!member.NameEquals("data"u8) && !member.NameEquals("_data"u8) && !member.NameEquals("url"u8) && !member.NameEquals("size"u8)
                && (url is null || !member.NameEquals("extension"u8)))
            {
                Copy(writer, member);
            }
        }

        if (url is not null)
        {
            writer.WriteStartArray("extension"u8);
            foreach (var extension in JsonText.Elements(content, "extension"u8))
            {
                Raw(writer, extension);
            }

            writer.WriteStartObject();
            writer.WriteString("url"u8, OriginalUrl);
            writer.WriteString("valueUri"u8, FhirText.Whole(url));
            writer.WriteEndObject();
            writer.WriteEndArray();
        }

        writer.WriteString("url"u8, contentUrl);
        writer.WriteNumber("size"u8, media.ContentLength!.Value);
        if (JsonText.Member(content, "hash"u8) is null)
        {
            WriteHash(writer, media);
        }

        writer.WriteEndObject();
    }

    // What was made before hashes were kept has none.
    private static void WriteHash(Utf8JsonWriter writer, FoundMedia media)
    {
        using var message = JsonDocument.Parse(media.Envelope!.Value, new JsonDocumentOptions { MaxDepth = int.MaxValue });
        if (FhirText.Of(FhirText.Object(message.RootElement, "Media"u8), FhirToRedoxMapper.ContentHash) is { } hash)
        {
            writer.WriteString("hash"u8, hash);
        }
    }

    private static void Copy(Utf8JsonWriter writer, JsonProperty member)
    {
        writer.WritePropertyName(FhirText.Whole(member.Name));
        Raw(writer, member.Value);
    }

    private static void Raw(Utf8JsonWriter writer, JsonElement value) =>
        writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
}
