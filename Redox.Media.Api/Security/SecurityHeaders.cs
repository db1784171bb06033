namespace Redox.Media.Api.Security;

/// <summary>
/// Headers of every response that keep a browser from treating data as a page, and those of the pages, which load nothing but their own
/// style sheet, script and previews. Source: OWASP Secure Headers.
/// </summary>
internal static class SecurityHeaders
{
    private const string PagePolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; frame-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public static Task AddAsync(HttpContext context, RequestDelegate next)
    {
        Set(context);
        return next(context);
    }

    /// <summary>Sets those of the endpoint.</summary>
    public static void Set(HttpContext context)
    {
        var headers = context.Response.Headers;
        Set(headers);
        if (context.GetEndpoint()?.Metadata.GetMetadata<PageMetadata>() is not null)
        {
            headers.ContentSecurityPolicy = PagePolicy;
            headers["Cross-Origin-Opener-Policy"] = "same-origin";

            // no-referrer would make the origin of a form "null"; no address of a page has anything about a patient.
            headers["Referrer-Policy"] = "same-origin";
        }
    }

    public static void Set(IHeaderDictionary headers)
    {
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'; sandbox";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }
}

/// <summary>Endpoint metadata: its response is a page.</summary>
internal sealed class PageMetadata;
