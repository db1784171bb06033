using System.Text.Json;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir.Mapping;
using Redox.Media.Core.Queries;

namespace Redox.Media.Core.Fhir.Search;

/// <summary>Writes a page of a search as a Bundle, streamed from the store.</summary>
/// <param name="self">The address of this page.</param>
/// <param name="next">The address of the next page; null on the last one.</param>
public sealed class SearchsetWriter(FhirResourceType type, FhirResources resources, MediaPage page, string self, string? next)
{
    /// <summary>Writes the response. Nothing is written to <paramref name="output"/> before the store returns the first document.</summary>
    public async Task WriteAsync(Stream output, IDocumentStore store, Caller caller, CancellationToken cancellation)
    {
        using var buffer = new ResponseBuffer(output);
        await using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        writer.WriteStartObject();
        writer.WriteString("resourceType"u8, "Bundle"u8);
        writer.WriteString("type"u8, "searchset"u8);
        if (page.Total is { } total)
        {
            writer.WriteNumber("total"u8, total);
        }

        writer.WriteStartArray("link"u8);
        WriteLink(writer, "self", self);
        WriteLink(writer, "next", next);
        writer.WriteEndArray();
        if (page.Found.Count > 0)
        {
            writer.WriteStartArray("entry"u8);
            await store.ReadAsync(caller, page.Found, (media, token) => WriteEntryAsync(writer, buffer, media, token), cancellation);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        await writer.FlushAsync(cancellation);
        await buffer.FlushAsync(cancellation);
    }

    private static void WriteLink(Utf8JsonWriter writer, string relation, string? url)
    {
        if (url is not null)
        {
            writer.WriteStartObject();
            writer.WriteString("relation"u8, relation);
            writer.WriteString("url"u8, url);
            writer.WriteEndObject();
        }
    }

    private ValueTask WriteEntryAsync(Utf8JsonWriter writer, ResponseBuffer buffer, FoundMedia media, CancellationToken cancellation)
    {
        writer.WriteStartObject();
        writer.WriteString("fullUrl"u8, resources.Url(type, media.Id));
        writer.WritePropertyName("resource"u8);
        resources.Write(writer, type, media);
        writer.WriteStartObject("search"u8);
        writer.WriteString("mode"u8, "match"u8);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.Written >= ResponseBuffer.FlushBytes ? buffer.FlushAsync(cancellation) : default;
    }
}
