using System.Globalization;
using System.Text.Json;
using Redox.Media.Api.Observability;
using Redox.Media.Api.Security;

namespace Redox.Media.Api.Redox;

/// <summary>Answers that are about the caller or about us, not about a message: in the shape of Redox's <c>Meta.Errors</c>, like all others.</summary>
internal static class ErrorResponses
{
    /// <summary>Seconds after which it makes sense to come back: an engine's first retry comes at once, its next after about ten.</summary>
    private const int RetryAfterSeconds = 5;

    public static Task UnauthorizedAsync(HttpContext context)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer";
        if (context.Request.ContentLength is > 0 || context.Request.Headers.TransferEncoding.Count > 0)
        {
            // The body stays unread; a connection that went on would have to be drained of it first.
            context.Response.Headers.Connection = "close";
        }

        return WriteAsync(context, StatusCodes.Status401Unauthorized, "The verification token or bearer token is missing or not known.");
    }

    public static Task ForbiddenAsync(HttpContext context) =>
        WriteAsync(context, StatusCodes.Status403Forbidden, "This token does not open this door.");

    public static Task UnavailableAsync(HttpContext context, RejectReason why, string what)
    {
        context.RequestServices.GetRequiredService<MediaMetrics>().Refused(why);
        context.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        return WriteAsync(context, StatusCodes.Status503ServiceUnavailable, what + " Nothing was changed; please send it again.");
    }

    public static Task BadRequestAsync(HttpContext context, string what, int status = StatusCodes.Status400BadRequest) =>
        WriteAsync(context, status, what);

    public static Task InternalErrorAsync(HttpContext context) =>
        WriteAsync(context, StatusCodes.Status500InternalServerError, "Something went wrong on our side; please send it again.");

    private static async Task WriteAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        SecurityHeaders.Set(context.Response.Headers); // the exception handler has cleared what was set before
        var body = JsonSerializer.SerializeToUtf8Bytes(new
        {
            Meta = new { DataModel = "Media", Errors = new[] { new { ID = 1, Text = text, Type = "transmission", Module = "Destination" } } },
        });
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
