using System.Text.Encodings.Web;

namespace Redox.Media.Api.Pages;

/// <summary>A page without the frame, which needs neither a session nor the database.</summary>
internal static class PlainPage
{
    public static Task WriteAsync(HttpContext context, int status, string title, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        var (safeTitle, safeText) = (HtmlEncoder.Default.Encode(title), HtmlEncoder.Default.Encode(text));
        return context.Response.WriteAsync(
            $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{safeTitle} · Redox.Media</title>
            <link rel="stylesheet" href="{PageAssets.Style}"><link rel="icon" href="{PageAssets.Icon}">
            </head>
            <body><main id="main"><h1>{safeTitle}</h1><p>{safeText}</p><p><a href="{PageAddresses.Home}">To the search</a></p></main></body>
            </html>
            """,
            context.RequestAborted);
    }
}
