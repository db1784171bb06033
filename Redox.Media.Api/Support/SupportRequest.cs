using Microsoft.AspNetCore.Http.Features;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Redox.Media.Api.Support;

/// <summary>Reads what a look-up asks for: from the address as it was sent, or from a body, which takes any text.</summary>
internal static class SupportRequest
{
    /// <summary>Maximum length of a body in bytes: twice that of an envelope, because every character of an ID may be escaped.</summary>
    private const long MaxBodyBytes = 2 * 1024 * 1024;

    /// <summary>
    /// The part of the address behind a prefix, as it was sent: routing does not decode %2F, and a DocumentID may contain a slash. Empty
    /// when the prefix is not written out.
    /// </summary>
    public static string Behind(string prefix, HttpContext context)
    {
        // The request line has a path, or an absolute address (RFC 9112, section 3.2.2).
        var path = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?', 2)[0];
        var start = path.IndexOf(prefix, StringComparison.OrdinalIgnoreCase);
        return start < 0 ? "" : path[(start + prefix.Length)..];
    }

    /// <summary>A JSON object; null when the body is anything else.</summary>
    public static async Task<JObject?> ReadAsync(HttpContext context)
    {
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = MaxBodyBytes;
        using var text = new StreamReader(context.Request.Body);
        using var reader = new JsonTextReader(text) { DateParseHandling = DateParseHandling.None };
        try
        {
            return await JToken.LoadAsync(reader, context.RequestAborted) as JObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The text of a member; null when it is missing or something else.</summary>
    public static string? Text(this JObject body, string name) =>
        body[name] is JValue { Type: JTokenType.String, Value: string text } ? text : null;
}
