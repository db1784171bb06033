using System.Text;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Redox.Media.Api.Security.Tokens;

/// <summary>ID and secret by which a client authenticates at the token endpoint. Source: RFC 6749, section 2.3.1.</summary>
internal sealed record SecretCredential(string ClientId, string Secret)
{
    private const string Basic = "Basic ";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether the request has one in the header, readable or not.</summary>
    public static bool IsInHeader(HttpRequest request) =>
        request.Headers[HeaderNames.Authorization].Any(value => value?.StartsWith(Basic, StringComparison.OrdinalIgnoreCase) == true);

    public static bool IsInBody(Dictionary<string, StringValues> form) => form.ContainsKey("client_secret");

    /// <summary>Null for what cannot be read.</summary>
    public static SecretCredential? Read(HttpRequest request, Dictionary<string, StringValues> form)
    {
        if (IsInBody(form))
        {
            return new(form.GetValueOrDefault("client_id").ToString(), form["client_secret"].ToString());
        }

        try
        {
            return request.Headers[HeaderNames.Authorization] is [{ } value] && value.StartsWith(Basic, StringComparison.OrdinalIgnoreCase)
                && StrictUtf8.GetString(Convert.FromBase64String(value[Basic.Length..].Trim())).Split(':', 2) is [var id, var secret]
                ? new(Decode(id), Decode(secret)) : null;
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            return null;
        }
    }

    // Both are encoded as in a form, which not every client does: ours contain nothing that the encoding would change.
    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
