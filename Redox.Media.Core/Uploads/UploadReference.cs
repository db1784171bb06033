using System.Text.Json;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Uploads;

/// <summary>
/// Where a message refers to an upload: <c>Media.FileContents</c> of a Redox message, <c>content.url</c> of a FHIR Media. The last segment
/// of the address says that it is an upload of this service, under whatever name the service was called.
/// </summary>
/// <param name="Upload">The upload.</param>
/// <param name="Start">Where the part of the envelope begins that the file replaces.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Before">What precedes the base64 of the file, and the quote that follows it.</param>
public sealed record UploadReference(Guid Upload, int Start, int End, byte[] Before)
{
    private const string Prefix = "redox-media-";

    /// <summary>The last segment of the address of an upload, and its ID as a Binary: letters, digits and hyphens.</summary>
    public static string NameOf(Guid upload) => Prefix + upload.ToString("N");

    /// <summary>The reference of a Redox message; null when it has none.</summary>
    public static UploadReference? OfMessage(ParsedMessage message) =>
        message.File == FileEncoding.Reference
            ? Find(message.Envelope.Span, "Media"u8, "FileContents"u8, [(byte)'"'], fromName: false)
            : null;

    /// <summary>The reference of a FHIR Media without <c>content.data</c>; null when it has none.</summary>
    public static UploadReference? OfResource(ParsedMessage resource) => resource.File == FileEncoding.Absent && resource.Defect == 0
        ? Find(resource.Envelope.Span, "content"u8, "url"u8, [.. "\"data\":\""u8], fromName: true) : null;

    private static UploadReference? Find(
        ReadOnlySpan<byte> envelope, ReadOnlySpan<byte> parent, ReadOnlySpan<byte> name, byte[] before, bool fromName)
    {
        var reader = new Utf8JsonReader(envelope, JsonText.ReaderOptions);
        var isInParent = false;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            if (reader.CurrentDepth == 1)
            {
                isInParent = JsonText.Is(reader, parent);
            }
            else if (isInParent && reader.CurrentDepth == 2 && JsonText.Is(reader, name))
            {
                var start = (int)reader.TokenStartIndex;
                reader.Read();
                return reader.TokenType == JsonTokenType.String && UploadOf(JsonText.Unescape(reader.ValueSpan)) is { } upload
                    ? new UploadReference(upload, fromName ? start : (int)reader.TokenStartIndex, (int)reader.BytesConsumed, before)
                    : null;
            }
        }

        return null;
    }

    private static Guid? UploadOf(string address) =>
        address.Split('/') is [.., "uploads" or "Binary", var last] && last.StartsWith(Prefix, StringComparison.Ordinal)
        && Guid.TryParseExact(last[Prefix.Length..], "N", out var upload)
            ? upload : null;
}
