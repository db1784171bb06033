using System.Text.Json;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Messages;

namespace Redox.Media.Core.Answers;

/// <summary>
/// The answer to a query: a QueryResponse that streams out of the store. Content is inlined while it fits in
/// <c>maxContentBytes</c>, newest first; a document that does not fit comes with <c>FileContents: null</c> and the answer says
/// <c>Meta.IsIncomplete</c>, so it is never larger than its reader takes and never looks complete when it is not.
/// </summary>
public sealed class QueryAnswer(MessageMeta meta, IReadOnlyList<FoundDocument> found, DateTimeOffset now, long maxContentBytes)
{
    /// <summary>
    /// Writes the answer to its end. Nothing reaches <paramref name="output"/> before the store has begun to deliver.
    /// </summary>
    public async Task WriteAsync(Stream output, IMediaStore store, CancellationToken cancellation)
    {
        var wanted = Choose(out var isIncomplete);
        using var buffer = new AnswerBuffer(output);
        await using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        writer.WriteStartObject();
        MetaEcho.Write(writer, meta, now, isIncomplete);
        writer.WriteStartArray("Media"u8);
        if (wanted.Count > 0)
        {
            using var items = new QueryResponseWriter(writer, buffer);
            await store.ReadAsync(wanted, items, cancellation);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        await writer.FlushAsync(cancellation);
        await buffer.FlushAsync(cancellation);
    }

    private List<WantedVersion> Choose(out bool isIncomplete)
    {
        isIncomplete = false;
        var left = maxContentBytes;
        var wanted = new List<WantedVersion>(found.Count);
        foreach (var document in found)
        {
            var fits = (document.ContentLength ?? 0) <= left;
            isIncomplete |= !fits;
            left -= fits ? document.ContentLength ?? 0 : 0;
            wanted.Add(new WantedVersion(document.Document, document.Version, fits));
        }

        return wanted;
    }
}
