using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Mapping;

/// <summary>The two resource types that a document can be read as.</summary>
public enum FhirResourceType
{
    /// <summary>R4's resource for photos, scans, audio and video.</summary>
    Media,

    /// <summary>The index entry of a document of any kind, which also replaces Media in R5. Mapped from the same row.</summary>
    DocumentReference,
}

/// <summary>Writes documents as resources, which hold the address of the content and never the content itself.</summary>
/// <param name="serviceBase">The address of this service, without a trailing slash.</param>
public sealed class FhirResources(string serviceBase)
{
    public ReadOnlyMemory<byte> Write(FhirResourceType type, FoundMedia media)
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            Write(writer, type, media);
        }

        return buffer.WrittenMemory;
    }

    public void Write(Utf8JsonWriter writer, FhirResourceType type, FoundMedia media)
    {
        using var source = new DocumentSource(media, ContentUrl(type, media));
        if (type == FhirResourceType.DocumentReference)
        {
            DocumentReferenceMapper.Write(writer, source);
        }
        else if (source.IsResource)
        {
            StoredMediaMapper.Write(writer, source);
        }
        else
        {
            RedoxToFhirMapper.Write(writer, source);
        }
    }

    /// <summary>The content type and the title of a document's file, as in its resource.</summary>
    public static (string? ContentType, string? Title) Describe(FoundMedia media)
    {
        using var source = new DocumentSource(media);
        return (source.ContentType, source.Title);
    }

    public string Url(FhirResourceType type, FhirId id) => $"{serviceBase}/{type}/{id}";

    public string VersionUrl(FhirResourceType type, FhirId id, DeliveryId version) => $"{serviceBase}/{type}/{id}/_history/{version}";

    /// <summary>The time of a version as a FHIR instant.</summary>
    internal static string LastUpdated(FoundMedia media) =>
        media.LastUpdated!.Value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    /// <summary>
    /// Writes what the server sets in <c>meta</c>, and the rest as it was received. The source is set: a client could name another one.
    /// </summary>
    /// <param name="withProfile">False leaves out <c>meta.profile</c>, which is a claim about the resource as it was received.</param>
    internal static void WriteMeta(Utf8JsonWriter writer, DocumentSource source, bool withProfile)
    {
        var version = source.Document.Version!.Value;
        var received = FhirJson.Object(source.Resource, "meta"u8);
        writer.WriteStartObject("meta"u8);
        writer.WriteString("versionId"u8, version.ToString());
        writer.WriteString("lastUpdated"u8, LastUpdated(source.Document));
        writer.WriteString("source"u8, FhirNames.SourceSystem(source.Document.Source));

        // Test data is found by its security label, so it has one, also when it was sent with a tag in its place.
        var addsTestLabel = source.IsResource
            ? FhirToRedoxMapper.HasTestLabel(received, "tag"u8) && !FhirToRedoxMapper.HasTestLabel(received, "security"u8)
            : source.IsTest;
        if (received.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in received.EnumerateObject())
            {
                var isSetHere = property.Name is "versionId" or "_versionId" or "lastUpdated" or "_lastUpdated" or "source" or "_source"
                    || (addsTestLabel && property.NameEquals("security"u8));
                if (!isSetHere && (withProfile || property.Name is not ("profile" or "_profile")))
                {
                    FhirJson.Copy(writer, property);
                }
            }
        }

        if (addsTestLabel)
        {
            writer.WriteStartArray("security"u8);
            foreach (var label in JsonText.Elements(received, "security"u8))
            {
                FhirJson.WriteRaw(writer, label);
            }

            RedoxElements.Coding(writer, FhirNames.ActReasonSystem, FhirNames.TestCode);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    // The address of the current content does not change with its versions; an earlier version has an address of its own.
    private string? ContentUrl(FhirResourceType type, FoundMedia media) =>
        media.ContentLength is null ? null
        : (media.IsCurrent ? Url(type, media.Id) : VersionUrl(type, media.Id, media.Version!.Value)) + "/files/content";
}
