using System.Text.Json;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;

namespace Redox.Media.Core.Queries;

/// <summary>
/// The answer to a query: a QueryResponse that streams out of the store. Content is inlined while it fits in
/// <c>maxContentBytes</c>, newest first; a document that does not fit comes with <c>FileContents: null</c> and the answer says
/// <c>Meta.IsIncomplete</c>, so it is never larger than its reader takes and never looks complete when it is not.
/// </summary>
/// <param name="query">The delivery of the query.</param>
/// <param name="found">The documents that are handed out.</param>
/// <param name="now">The time of the answer.</param>
/// <param name="maxContentBytes">Bytes of content.</param>
/// <param name="hasMore">Whether more documents were found: then the answer is incomplete too.</param>
public sealed class QueryResponseBuilder(
    Delivery query, IReadOnlyList<FoundDocument> found, DateTimeOffset now, long maxContentBytes, bool hasMore = false)
{
    /// <summary>
    /// Writes the answer to its end. Nothing reaches <paramref name="output"/> before the store has begun to deliver.
    /// </summary>
    public async Task WriteAsync(Stream output, IDocumentStore store, CancellationToken cancellation)
    {
        var withContent = Choose(out var isIncomplete);
        using var buffer = new ResponseBuffer(output);
        await using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        writer.WriteStartObject();
        ResponseMeta.Write(writer, query, now, isIncomplete);
        writer.WriteStartArray("Media"u8);
        using (var items = new QueryResponseWriter(writer, buffer))
        {
            await WriteItemsAsync(items, withContent, store, cancellation);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        await writer.FlushAsync(cancellation);
        await buffer.FlushAsync(cancellation);
    }

    private async Task WriteItemsAsync(QueryResponseWriter items, bool[] withContent, IDocumentStore store, CancellationToken cancellation)
    {
        var at = 0;
        for (; at < found.Count && found[at].Inline is { } along; at++)
        {
            var state = Request(at, withContent).Content;
            await items.BeginAsync(along.Envelope, state, cancellation);
            if (state == VersionContent.Follows)
            {
                await (along.Content is { } content
                    ? items.SliceAsync(content, cancellation).AsTask()
                    : store.ReadContentAsync(query.Caller, found[at], items, cancellation));
            }

            await items.EndAsync(cancellation);
        }

        if (at < found.Count)
        {
            var rest = Enumerable.Range(at, found.Count - at).Select(i => Request(i, withContent));
            await store.ReadAsync(query.Caller, [.. rest], items, cancellation);
        }
    }

    private VersionRequest Request(int at, bool[] withContent) =>
        new(found[at].Document, found[at].Version, found[at].ContentLength, withContent[at]);

    private bool[] Choose(out bool isIncomplete)
    {
        isIncomplete = hasMore;
        var left = maxContentBytes;
        var withContent = new bool[found.Count];
        for (var i = 0; i < found.Count; i++)
        {
            var length = found[i].ContentLength ?? 0;
            withContent[i] = length <= left;
            left -= withContent[i] ? length : 0;
            isIncomplete |= !withContent[i];
        }

        return withContent;
    }
}
