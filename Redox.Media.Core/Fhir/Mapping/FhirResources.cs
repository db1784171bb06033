using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Redox.Media.Core.Deliveries;

namespace Redox.Media.Core.Fhir.Mapping;

/// <summary>The two resources that a document can be read as.</summary>
public enum FhirResourceType
{
    /// <summary>R4's own resource for photos, scans, audio and video.</summary>
    Media,

    /// <summary>What indexes documents of any kind, and what became of Media in R5: a second view of the same row.</summary>
    DocumentReference,
}

/// <summary>Writes documents as resources. Content is never in them: it has an address of its own, which does not change.</summary>
/// <param name="serviceBase">The address of this service, without a slash at its end.</param>
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
        if (type == FhirResourceType.DocumentReference)
        {
            using var asMedia = JsonDocument.Parse(Write(FhirResourceType.Media, media), new JsonDocumentOptions { MaxDepth = int.MaxValue });
            DocumentReferenceMapper.Write(writer, asMedia.RootElement, media, ContentUrl(type, media));
        }
        else if (media.Resource is { } resource)
        {
            using var document = JsonDocument.Parse(resource, new JsonDocumentOptions { MaxDepth = int.MaxValue });
            StoredMediaMapper.Write(writer, document.RootElement, media, ContentUrl(type, media));
        }
        else
        {
            using var envelope = JsonDocument.Parse(media.Envelope!.Value, new JsonDocumentOptions { MaxDepth = int.MaxValue });
            RedoxToFhirMapper.Write(writer, envelope.RootElement, media, ContentUrl(type, media));
        }
    }

    /// <summary>The content type and the title of a document's file, as the resource has them.</summary>
    public (string? ContentType, string? Title) Describe(FoundMedia media)
    {
        using var document = JsonDocument.Parse(Write(FhirResourceType.Media, media), new JsonDocumentOptions { MaxDepth = int.MaxValue });
        var content = FhirText.Object(document.RootElement, "content"u8);
        return (FhirText.Of(content, "contentType"u8), FhirText.Of(content, "title"u8));
    }

    public string Url(FhirResourceType type, FhirId id) => $"{serviceBase}/{type}/{id}";

    public string VersionUrl(FhirResourceType type, FhirId id, DeliveryId version) => $"{serviceBase}/{type}/{id}/_history/{version}";

    /// <summary>When a version was made, as a FHIR instant.</summary>
    internal static string LastUpdated(DeliveryId version) =>
        version.Arrival.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    // The address of what is current stays the same whatever happens to the document; an earlier version has its own.
    private string? ContentUrl(FhirResourceType type, FoundMedia media) =>
        media.ContentLength is null ? null
        : (media.IsCurrent ? Url(type, media.Id) : VersionUrl(type, media.Id, media.Version!.Value)) + "/files/content";
}
