using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Redox.Media.Api.Observability;
using Redox.Media.Core.Fhir.Validation;

namespace Redox.Media.Api.Fhir;

/// <summary>Writes the responses of the FHIR API that are not streamed.</summary>
internal static class FhirResponses
{
    /// <summary>The id of the documented 400. Source: Canvas Medical's Media page.</summary>
    private const string BadRequestId = "101";

    private const int RetryAfterSeconds = 5;

    /// <summary>
    /// Responds with an OperationOutcome in the documented shape. The first issue of a 400 is general and the details follow as issues of
    /// their own; the details of any other status are the diagnostics of its issues.
    /// </summary>
    public static Task ProblemAsync(HttpContext context, FhirProblem problem, IReadOnlyList<FhirIssue>? details = null)
    {
        if (problem.RejectReason is { } reason)
        {
            context.RequestServices.GetRequiredService<MediaMetrics>().RecordRejection(reason);
            RetryAfter(context, TimeSpan.FromSeconds(RetryAfterSeconds));
        }

        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("resourceType"u8, "OperationOutcome"u8);
            if (problem.Status == StatusCodes.Status400BadRequest)
            {
                writer.WriteString("id"u8, BadRequestId);
            }

            writer.WriteStartArray("issue"u8);
            var general = problem.Status == StatusCodes.Status400BadRequest || details is not { Count: > 0 };
            if (general)
            {
                WriteIssue(writer, "error", problem.Code, problem.Text, null, null);
            }

            foreach (var issue in details ?? [])
            {
                WriteIssue(writer, "error", issue.Code, general ? issue.Text : problem.Text, general ? null : issue.Text, issue.Expression);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return WriteAsync(context, problem.Status, buffer.WrittenMemory);
    }

    /// <summary>Sets <c>Retry-After</c>, in whole seconds, at least one.</summary>
    public static void RetryAfter(HttpContext context, TimeSpan wait) =>
        context.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    /// <summary>Closes the connection after the response if the request has a body, which stays unread.</summary>
    public static void LeaveBodyUnread(HttpContext context)
    {
        if (context.Request.ContentLength is > 0 || context.Request.Headers.TransferEncoding.Count > 0)
        {
            context.Response.Headers.Connection = "close";
        }
    }

    /// <summary>Responds with an OperationOutcome that reports success, for <c>Prefer: return=OperationOutcome</c>.</summary>
    public static Task DoneAsync(HttpContext context, int status, string text)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("resourceType"u8, "OperationOutcome"u8);
            writer.WriteStartArray("issue"u8);
            WriteIssue(writer, "information", IssueCodes.Informational, text, null, null);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return WriteAsync(context, status, buffer.WrittenMemory);
    }

    public static async Task WriteAsync(HttpContext context, int status, ReadOnlyMemory<byte> body)
    {
        Head(context, status);
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    /// <summary>Sets status, media type and caching of a response whose body follows.</summary>
    public static void Head(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = ContentNegotiation.ResponseType(context.Request) + "; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
    }

    private static void WriteIssue(
        Utf8JsonWriter writer, string severity, string code, string text, string? diagnostics, string? expression)
    {
        writer.WriteStartObject();
        writer.WriteString("severity"u8, severity);
        writer.WriteString("code"u8, code);
        writer.WriteStartObject("details"u8);
        writer.WriteString("text"u8, text);
        writer.WriteEndObject();
        if (diagnostics is not null)
        {
            writer.WriteString("diagnostics"u8, diagnostics);
        }

        if (expression is not null)
        {
            writer.WriteStartArray("expression"u8);
            writer.WriteStringValue(expression);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }
}
