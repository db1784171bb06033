using System.Text;
using System.Text.Json;

namespace Redox.Media.Api.Redox;

/// <summary>
/// The destination's verification, "Verify &amp; Save" in the dashboard. It comes as POST with token and challenge in the body, as GET
/// with both in the query, or as GET with the token in a header; it may come again at any time. A 200 with nothing but the challenge
/// in plain text satisfies every variant. Source: Redox, "Create and verify an endpoint".
/// </summary>
internal sealed record Handshake(string? Token, string Challenge)
{
    /// <summary>Longest body that is looked at without a credential in the headers; Redox's own has 93 bytes.</summary>
    public const int MaxBodyBytes = 4096;

    /// <summary>Longest challenge that is given back; Redox's are UUIDs.</summary>
    public const int MaxChallengeLength = 1024;

    /// <summary>Recognises a challenge by the shape of the body: <c>challenge</c> is there and <c>Meta</c> is not. Null for anything else.</summary>
    public static Handshake? Read(ReadOnlyMemory<byte> body)
    {
        // A look at the bytes first: nearly everything that comes is an event, and is not parsed here for nothing.
        if (body.Length is 0 or > MaxBodyBytes || body.Span.IndexOf("\"challenge\""u8) < 0)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object
                && !root.TryGetProperty("Meta", out _)
                && root.TryGetProperty("challenge", out var challenge) && challenge.ValueKind == JsonValueKind.String
                ? new Handshake(
                    root.TryGetProperty("verification-token", out var token) && token.ValueKind == JsonValueKind.String ? token.GetString() : null,
                    challenge.GetString() ?? "")
                : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null; // not JSON, or a lone surrogate in the challenge: no handshake of Redox's
        }
    }

    public static async Task AnswerAsync(HttpContext context, string challenge)
    {
        if (challenge.Length is 0 or > MaxChallengeLength)
        {
            await ErrorResponses.BadRequestAsync(context, $"A challenge has between 1 and {MaxChallengeLength} characters.");
            return;
        }

        var bytes = Encoding.UTF8.GetBytes(challenge);
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }
}
