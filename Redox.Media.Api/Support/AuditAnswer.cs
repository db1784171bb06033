using System.Text;
using System.Text.Json;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Fhir.Validation;

namespace Redox.Media.Api.Support;

/// <summary>Writes the answer to a question: one page as a Bundle, or all pages as CSV or NDJSON, each when it has been read.</summary>
internal sealed class AuditAnswer(
    HttpContext context, AuditExpansion expansion, AuditEventWriter events, IReadOnlyList<string> notes)
{
    /// <summary>Maximum number of stored events of an export; the last line says that there are more.</summary>
    public const int MaxExported = 100_000;

    /// <summary>Stored events that are read at a time.</summary>
    public const int ExportPage = 500;

    /// <summary>Records after which what was written is sent.</summary>
    private const int RecordsAtATime = 100;

    private readonly HttpResponse _response = context.Response;

    public async Task WriteBundleAsync(AuditPage page, string self, string? next, CancellationToken cancellation)
    {
        var (records, hidden) = await expansion.ExpandAsync(page.Events, cancellation);
        Head(AuditFormat.Bundle);
        await using var writer = new Utf8JsonWriter(_response.BodyWriter, new JsonWriterOptions { SkipValidation = true });
        writer.WriteStartObject();
        writer.WriteString("resourceType"u8, "Bundle"u8);
        writer.WriteString("type"u8, "searchset"u8);
        writer.WriteStartArray("link"u8);
        WriteLink(writer, "self", self);
        WriteLink(writer, "next", next);
        writer.WriteEndArray();
        List<string> all = [.. notes, .. Hidden(hidden)];
        if (records.Count + all.Count > 0)
        {
            writer.WriteStartArray("entry"u8);
            for (var at = 0; at < records.Count; at++)
            {
                writer.WriteStartObject();
                writer.WriteString("fullUrl"u8, "urn:uuid:" + records[at].Id);
                writer.WritePropertyName("resource"u8);
                events.Write(writer, records[at]);
                WriteMode(writer, "match"u8);
                writer.WriteEndObject();
                if (at % RecordsAtATime == RecordsAtATime - 1)
                {
                    await writer.FlushAsync(cancellation);
                    await _response.BodyWriter.FlushAsync(cancellation);
                }
            }

            if (all.Count > 0)
            {
                writer.WriteStartObject();
                writer.WriteString("fullUrl"u8, "urn:uuid:" + Guid.NewGuid());
                writer.WritePropertyName("resource"u8);
                WriteNotes(writer, all);
                WriteMode(writer, "outcome"u8);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        await writer.FlushAsync(cancellation);
    }

    /// <param name="page">The first page.</param>
    /// <param name="readOn">Reads the page behind a position.</param>
    public async Task WriteAllAsync(
        AuditFormat format, AuditPage page, Func<AuditPosition, Task<AuditPage>> readOn, CancellationToken cancellation)
    {
        var isCsv = format == AuditFormat.Csv;
        var records = await expansion.ExpandAsync(page.Events, cancellation);
        Head(format);
        if (isCsv)
        {
            _response.Headers.ContentDisposition = "attachment; filename=\"audit.csv\"";
            Write(AuditCsv.Head);
        }

        var (exported, hidden) = (0, 0);
        while (true)
        {
            foreach (var record in records.Records)
            {
                Write(isCsv ? AuditCsv.Line(record) : Json(writer => events.Write(writer, record)));
            }

            await _response.BodyWriter.FlushAsync(cancellation);
            (exported, hidden) = (exported + page.Events.Count, hidden + records.HiddenCount);
            if (page.Next is not { } next || exported >= MaxExported)
            {
                break;
            }

            page = await readOn(next);
            records = await expansion.ExpandAsync(page.Events, cancellation);
        }

        List<string> all =
        [
            .. notes, .. Hidden(hidden),
            .. page.Next is { } rest
                ? [$"The export ended after {exported} events. Ask again with date=le{rest.RecordedAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss}Z."]
                : Array.Empty<string>(),
        ];
        if (isCsv)
        {
            all.ForEach(note => Write(AuditCsv.Note(note)));
        }
        else if (all.Count > 0)
        {
            Write(Json(writer => WriteNotes(writer, all)));
        }

        await _response.BodyWriter.FlushAsync(cancellation);
    }

    private static IEnumerable<string> Hidden(int count) => count == 0 ? [] : [$"{count} more that you may not see."];

    private void Head(AuditFormat format)
    {
        _response.ContentType = format.MediaType + "; charset=utf-8";
        _response.Headers.CacheControl = "no-store";
    }

    private void Write(string text) => Encoding.UTF8.GetBytes(text, _response.BodyWriter);

    private static string Json(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            write(writer);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length) + "\n";
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

    private static void WriteMode(Utf8JsonWriter writer, ReadOnlySpan<byte> mode)
    {
        writer.WriteStartObject("search"u8);
        writer.WriteString("mode"u8, mode);
        writer.WriteEndObject();
    }

    private static void WriteNotes(Utf8JsonWriter writer, List<string> texts)
    {
        writer.WriteStartObject();
        writer.WriteString("resourceType"u8, "OperationOutcome"u8);
        writer.WriteStartArray("issue"u8);
        foreach (var text in texts)
        {
            writer.WriteStartObject();
            writer.WriteString("severity"u8, "information"u8);
            writer.WriteString("code"u8, IssueCodes.Informational);
            writer.WriteStartObject("details"u8);
            writer.WriteString("text"u8, text);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
