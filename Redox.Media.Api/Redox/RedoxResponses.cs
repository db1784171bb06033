using System.Buffers;
using System.Text.Json;
using Redox.Media.Api.Configuration;
using Redox.Media.Api.Observability;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Api.Redox;

/// <summary>
/// The one place where an outcome becomes an HTTP answer. The engine repeats any answer of 400 or above for ever and holds back
/// everything behind it, so a message that can never succeed is answered 200 once it is safely set aside; a partner who can mend it is
/// told at once.
/// </summary>
internal static class RedoxResponses
{
    public static int Status(Outcome outcome, Caller caller, InvalidEvents invalidEvents) => outcome switch
    {
        Outcome.Created or Outcome.Revised or Outcome.Unchanged or Outcome.Revived or Outcome.Replaced or Outcome.ReplacedUnknown
            or Outcome.Deleted or Outcome.DeletedUnknown or Outcome.Stale or Outcome.Duplicate or Outcome.Answered => StatusCodes.Status200OK,
        Outcome.SetAside when caller is Caller.Engine && invalidEvents == InvalidEvents.SetAside => StatusCodes.Status200OK,
        Outcome.SetAside or Outcome.Refused or Outcome.NotRedox or Outcome.Truncated or Outcome.QueryRefused => StatusCodes.Status400BadRequest,
        Outcome.Forbidden => StatusCodes.Status403Forbidden,
        Outcome.TooLarge => StatusCodes.Status413PayloadTooLarge,
        _ => throw new System.Diagnostics.UnreachableException($"No answer for {outcome}."),
    };

    /// <summary>Writes the answer to anything but an answered query: what it was, what became of it, and what was wrong with it.</summary>
    public static async Task WriteAsync(HttpContext context, DeliveryResult result, InvalidEvents invalidEvents)
    {
        context.Response.StatusCode = Status(result.Outcome, result.Delivery.Caller, invalidEvents);
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        var body = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(body))
        {
            Write(writer, result);
        }

        context.Response.ContentLength = body.WrittenCount;
        await context.Response.Body.WriteAsync(body.WrittenMemory, CancellationToken.None); // few bytes, and nothing to end
    }

    private static void Write(Utf8JsonWriter writer, DeliveryResult result)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("Meta");
        writer.WriteString("DataModel", "Media");
        if (result.EventName is { } eventName)
        {
            writer.WriteString("EventType", result.Outcome == Outcome.QueryRefused ? "QueryResponse" : eventName);
        }

        WriteLogs(writer, result.Delivery.Meta);
        if (result.Violations.Count > 0)
        {
            WriteErrors(writer, result);
        }

        writer.WriteEndObject();
        writer.WriteString("Outcome", result.Outcome.Name());
        writer.WriteString("DeliveryID", result.Delivery.Id.ToString());
        writer.WriteEndObject();
    }

    // Only IDs that look like Redox's own: an answer of ours never repeats a text that could be anything.
    private static void WriteLogs(Utf8JsonWriter writer, MessageMeta meta)
    {
        var logs = meta.Logs.Where(log => log.Id is not null && LogSafeId.IsPlain(log.Id)).ToList();
        if (logs.Count == 0)
        {
            return;
        }

        writer.WriteStartArray("Logs");
        foreach (var log in logs)
        {
            writer.WriteStartObject();
            writer.WriteString("ID", log.Id);
            if (log.AttemptId is { } attempt && LogSafeId.IsPlain(attempt))
            {
                writer.WriteString("AttemptID", attempt);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteErrors(Utf8JsonWriter writer, DeliveryResult result)
    {
        writer.WriteStartArray("Errors");
        for (var i = 0; i < result.Violations.Count; i++)
        {
            var (path, rule) = result.Violations[i];
            writer.WriteStartObject();
            writer.WriteNumber("ID", i + 1);
            writer.WriteString("Text", $"{(path == "$" ? "The message" : path)} {rule} (delivery {result.Delivery.Id})");
            writer.WriteString("Type", result.Outcome == Outcome.QueryRefused ? "query" : "message");
            writer.WriteString("Module", "Destination");
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
