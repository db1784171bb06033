using System.Buffers;
using System.Text;
using Redox.Media.Core.Fhir.Mapping;

namespace Redox.Media.Api.Pages.Messages;

/// <summary>How a file is shown: by what its first bytes are, never by what its message says alone.</summary>
public enum ContentKind
{
    /// <summary>Not at all: it can be downloaded.</summary>
    Other,
    Image,
    Audio,
    Video,
    Text,
    Pdf,
}

internal static class ContentKinds
{
    /// <summary>How much of a file is looked at to tell whether it is text.</summary>
    private const int LookedAt = 1024;

    /// <summary>The kind, and the media type that the browser is told.</summary>
    /// <param name="head">The first bytes of the file.</param>
    public static (ContentKind Kind, string Type) Of(ReadOnlySpan<byte> head) => head switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, ..] => (ContentKind.Image, "image/png"),
        [0xFF, 0xD8, 0xFF, ..] => (ContentKind.Image, "image/jpeg"),
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => (ContentKind.Image, "image/gif"),
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] =>
            (ContentKind.Image, "image/webp"),
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'A', (byte)'V', (byte)'E', ..] =>
            (ContentKind.Audio, "audio/wav"),
        [(byte)'B', (byte)'M', _, _, _, _, 0, 0, 0, 0, ..] => (ContentKind.Image, "image/bmp"),
        [(byte)'%', (byte)'P', (byte)'D', (byte)'F', (byte)'-', ..] => (ContentKind.Pdf, "application/pdf"),
        [(byte)'I', (byte)'D', (byte)'3', ..] => (ContentKind.Audio, "audio/mpeg"),
        [0xFF, 0xFB or 0xF3 or 0xF2, ..] => (ContentKind.Audio, "audio/mpeg"),
        [(byte)'O', (byte)'g', (byte)'g', (byte)'S', ..] => (ContentKind.Audio, "audio/ogg"),
        [0x1A, 0x45, 0xDF, 0xA3, ..] => (ContentKind.Video, "video/webm"),
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', (byte)'M', (byte)'4', (byte)'A', ..] => (ContentKind.Audio, "audio/mp4"),
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', ..] => (ContentKind.Video, "video/mp4"),
        _ => IsText(head) ? (ContentKind.Text, "text/plain; charset=utf-8") : (ContentKind.Other, "application/octet-stream"),
    };

    /// <summary>The kind that a message says its file is.</summary>
    public static ContentKind Declared(string? fileType) => FileTypes.ContentType(fileType) switch
    {
        null => ContentKind.Other,
        "application/pdf" => ContentKind.Pdf,
        "image/png" or "image/jpeg" or "image/gif" or "image/webp" or "image/bmp" => ContentKind.Image,
        var type when type.StartsWith("audio/", StringComparison.OrdinalIgnoreCase) => ContentKind.Audio,
        var type when type.StartsWith("video/", StringComparison.OrdinalIgnoreCase) => ContentKind.Video,
        var type when type.StartsWith("text/", StringComparison.OrdinalIgnoreCase)
            || type is "application/xml" or "application/json" or "image/svg+xml" => ContentKind.Text,
        _ => ContentKind.Other,
    };

    // Also markup: it is shown as the text that it is. A character may be cut at the end of what is looked at.
    private static bool IsText(ReadOnlySpan<byte> head)
    {
        head = head[..Math.Min(head.Length, LookedAt)];
        while (!head.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(head, out var rune, out var length) == OperationStatus.InvalidData
                || (Rune.IsControl(rune) && rune.Value is not ('\t' or '\n' or '\r' or '\f')))
            {
                return false;
            }

            head = head[length..];
        }

        return true;
    }
}
