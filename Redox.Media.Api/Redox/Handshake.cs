using System.Text;
using System.Text.Json;

namespace Redox.Media.Api.Redox;

/// <summary>
/// The challenge that verifies the destination, "Verify &amp; Save" in Redox's dashboard. It is a POST with token and challenge in the
/// body, or a GET with the challenge in the query and the token there or in a header, and it may be repeated at any time. The response
/// to every variant is 200 with the challenge as plain text. Source: Redox, "Create and verify an endpoint".
/// </summary>
internal sealed record Handshake(string? Token, string Challenge)
{
    /// <summary>Maximum length of a body that is read without a token in the head, in bytes; Redox's has 93.</summary>
    public const int MaxBodyBytes = 4096;

    /// <summary>Maximum length of a challenge in characters; Redox's are UUIDs.</summary>
    public const int MaxChallengeLength = 1024;

    /// <summary>Parses a body that has a <c>challenge</c> and no <c>Meta</c>; null for any other body.</summary>
    public static Handshake? Read(ReadOnlyMemory<byte> body)
    {
        // Compare bytes first, because nearly every body is an event and need not be parsed here.
        if (body.Length is 0 or > MaxBodyBytes || body.Span.IndexOf("\"challenge\""u8) < 0)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object && !root.TryGetProperty("Meta", out _) && Text(root, "challenge") is { } challenge
                ? new Handshake(Text(root, "verification-token"), challenge)
                : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null; // not JSON, or an unpaired surrogate in the challenge
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

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
