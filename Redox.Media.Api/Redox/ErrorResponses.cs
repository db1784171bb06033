using System.Globalization;
using System.Text.Json;
using Redox.Media.Api.Observability;
using Redox.Media.Api.Security;

namespace Redox.Media.Api.Redox;

/// <summary>Error responses about the caller or this service instead of a message, in the shape of Redox's <c>Meta.Errors</c>.</summary>
internal static class ErrorResponses
{
    /// <summary>The engine repeats a request at once, and then after about ten seconds.</summary>
    private const int RetryAfterSeconds = 5;

    /// <param name="credential">See <see cref="FailedAuthentications.ReportAsync"/>.</param>
    public static async Task UnauthorizedAsync(HttpContext context, string? credential = null)
    {
        await context.RequestServices.GetRequiredService<FailedAuthentications>().ReportAsync(context, credential);
        context.Response.Headers.WWWAuthenticate = "Bearer";
        if (context.Request.ContentLength is > 0 || context.Request.Headers.TransferEncoding.Count > 0)
        {
            // The body stays unread, so the connection cannot be used again.
            context.Response.Headers.Connection = "close";
        }

        await WriteAsync(context, StatusCodes.Status401Unauthorized, "The verification token or bearer token is missing or not known.");
    }

    public static Task ForbiddenAsync(HttpContext context) =>
        WriteAsync(context, StatusCodes.Status403Forbidden, "This token is not allowed to use this endpoint.");

    public static Task NotFoundAsync(HttpContext context) =>
        WriteAsync(context, StatusCodes.Status404NotFound, "There is nothing at this address.");

    /// <param name="text">The reason.</param>
    /// <param name="isKnownUnchanged">False when the message may have been applied without a response of the database.</param>
    public static Task UnavailableAsync(HttpContext context, RejectReason reason, string text, bool isKnownUnchanged = true)
    {
        context.RequestServices.GetRequiredService<MediaMetrics>().RecordRejection(reason);
        context.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        return WriteAsync(context, StatusCodes.Status503ServiceUnavailable, text + (isKnownUnchanged
            ? " Nothing was changed; please send it again."
            : " It is not known whether the message was applied; please send it again: it is applied only once."));
    }

    public static Task TooManyRequestsAsync(HttpContext context, string text, TimeSpan wait)
    {
        context.Response.Headers.RetryAfter =
            Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return WriteAsync(context, StatusCodes.Status429TooManyRequests, text);
    }

    public static Task BadRequestAsync(HttpContext context, string text, int status = StatusCodes.Status400BadRequest) =>
        WriteAsync(context, status, text);

    public static Task DamagedAsync(HttpContext context) => WriteAsync(
        context,
        StatusCodes.Status500InternalServerError,
        "A stored document is damaged and was not returned. The operator has been alerted.");

    public static Task InternalErrorAsync(HttpContext context) => WriteAsync(
        context, StatusCodes.Status500InternalServerError, "An internal error occurred; please send the request again.");

    private static async Task WriteAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        SecurityHeaders.Set(context.Response.Headers); // the exception handler has cleared the headers
        var body = JsonSerializer.SerializeToUtf8Bytes(new
        {
            Meta = new
            {
                DataModel = "Media",
                Errors = new[] { new { ID = 1, Text = text, Type = "transmission", Module = "Destination" } },
            },
        });
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
