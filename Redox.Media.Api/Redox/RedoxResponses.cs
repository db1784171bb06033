using System.Buffers;
using System.Text.Json;
using Redox.Media.Api.Configuration;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Parsing;
using Redox.Media.Core.Queries;
using Redox.Media.Core.Validation;

namespace Redox.Media.Api.Redox;

/// <summary>
/// Writes the responses of the Redox endpoint, except the QueryResponse. <see cref="OutcomeTable"/> has the status codes.
/// </summary>
internal static class RedoxResponses
{
    /// <summary>Writes <c>Meta</c> with the log IDs, the outcome, the delivery ID, and <c>Meta.Errors</c> for each violation.</summary>
    public static async Task WriteAsync(HttpContext context, DeliveryResult result, InvalidEvents invalidEvents)
    {
        context.Response.StatusCode =
            OutcomeTable.RedoxStatus(result.Outcome, result.Delivery.Caller, invalidEvents == InvalidEvents.Reject);
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        var body = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(body))
        {
            Write(writer, result);
        }

        context.Response.ContentLength = body.WrittenCount;
        await context.Response.Body.WriteAsync(body.WrittenMemory, CancellationToken.None);
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

        if (result.Delivery.Caller is Caller.Client)
        {
            ResponseMeta.WriteEvent(writer, result.Delivery, isAccepted: result.Violations.Count == 0);
        }
        else
        {
            WriteLogs(writer, result.Delivery.Meta);
        }

        if (result.Violations.Count > 0)
        {
            WriteErrors(writer, result);
        }

        writer.WriteEndObject();
        writer.WriteString("Outcome", result.Outcome.Name());
        writer.WriteString("DeliveryID", result.Delivery.Id.ToString());
        writer.WriteEndObject();
    }

    // Only IDs in the form of Redox's own are returned: any other text could contain PHI.
    private static void WriteLogs(Utf8JsonWriter writer, MessageMeta meta)
    {
        var logs = meta.Logs.Where(log => log.Id is not null && PlainId.Is(log.Id)).ToList();
        if (logs.Count == 0)
        {
            return;
        }

        writer.WriteStartArray("Logs");
        foreach (var log in logs)
        {
            writer.WriteStartObject();
            writer.WriteString("ID", log.Id);
            if (log.AttemptId is { } attempt && PlainId.Is(attempt))
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
            var violation = result.Violations[i];
            var isRedoxText = violation == MessageValidator.SeveralDestinations;
            writer.WriteStartObject();
            writer.WriteNumber("ID", i + 1);
            writer.WriteString("Text", isRedoxText ? violation.Rule : TextOf(violation, result.Delivery.Id));
            writer.WriteString("Type", result.Outcome == Outcome.QueryRefused && !isRedoxText ? "query" : "message");
            writer.WriteString("Module", isRedoxText ? "DataModels" : "Destination");
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static string TextOf(Violation violation, DeliveryId id) =>
        $"{(violation.Path == "$" ? "The message" : violation.Path)} {violation.Rule} (delivery {id})";
}
