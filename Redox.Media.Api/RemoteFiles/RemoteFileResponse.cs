using System.Security.Cryptography;

namespace Redox.Media.Api.RemoteFiles;

/// <summary>What the header of a response says of a remote file.</summary>
internal static class RemoteFileResponse
{
    /// <summary>Whether the bytes are another form of the file, such as a compressed one. Source: RFC 9110, section 8.4.</summary>
    public static bool IsEncoded(HttpResponseMessage response) =>
        response.Content.Headers.ContentEncoding.Any(coding => !coding.Equals("identity", StringComparison.OrdinalIgnoreCase));

    /// <summary>The entity tag, if equal tags mean equal bytes. Source: RFC 9110, section 8.8.3.</summary>
    public static string? StrongTag(HttpResponseMessage response) =>
        response.Headers.ETag is { IsWeak: false, Tag: { Length: <= 256 } tag } ? tag : null;

    /// <summary>The SHA-256 of the whole file, if the host says it: <c>Repr-Digest</c> (RFC 9530) or <c>Digest</c> (RFC 3230).</summary>
    public static byte[]? Digest(HttpResponseMessage response)
    {
        var digest = new byte[SHA256.HashSizeInBytes];
        foreach (var (header, before, after) in new[] { ("Repr-Digest", "sha-256=:", ":"), ("Digest", "sha-256=", "") })
        {
            var values = response.Headers.TryGetValues(header, out var own) ? own
                : response.Content.Headers.TryGetValues(header, out var ofContent) ? ofContent : [];
            foreach (var value in values.SelectMany(text => text.Split(',', StringSplitOptions.TrimEntries)))
            {
                if (value.StartsWith(before, StringComparison.OrdinalIgnoreCase) && value.EndsWith(after, StringComparison.Ordinal)
                    && value.Length > before.Length + after.Length
                    && Convert.TryFromBase64String(value[before.Length..^after.Length], digest, out var written)
                    && written == digest.Length)
                {
                    return digest;
                }
            }
        }

        return null;
    }
}
