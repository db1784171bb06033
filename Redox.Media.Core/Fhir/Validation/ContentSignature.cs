using Redox.Media.Core.Fhir.Mapping;

namespace Redox.Media.Core.Fhir.Validation;

/// <summary>
/// Knows a few kinds of file by how they begin, as far as the beginning leaves no doubt. Bytes that are none of them are not judged:
/// the documented example itself calls a line of text a JPEG.
/// </summary>
public static class ContentSignature
{
    private const string Program = "application/x-executable";

    private static readonly (string ContentType, byte[] Beginning)[] Signatures =
    [
        ("image/jpeg", [0xFF, 0xD8, 0xFF]),
        ("image/png", [0x89, .. "PNG\r\n"u8, 0x1A, .. "\n"u8]),
        ("image/gif", [.. "GIF87a"u8]),
        ("image/gif", [.. "GIF89a"u8]),
        ("image/tiff", [.. "II*"u8, 0]),
        ("image/tiff", [.. "MM"u8, 0, .. "*"u8]),
        ("application/pdf", [.. "%PDF-"u8]),
        ("application/rtf", [.. @"{\rtf"u8]),
        (Program, [0x7F, .. "ELF"u8]),
        (Program, [.. "MZ"u8, 0x90, 0]),
    ];

    private static readonly HashSet<string> Known = new(Signatures.Select(s => s.ContentType), StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// True when content that is said to be of one kind plainly is of another. A program is never what a kind of file here says; of a
    /// type that has no signature, nothing else can be said.
    /// </summary>
    public static bool Contradicts(string contentType, ReadOnlySpan<byte> content)
    {
        foreach (var (type, beginning) in Signatures)
        {
            if (content.StartsWith(beginning))
            {
                var said = FileTypes.Known(contentType);
                return type == Program
                    ? !string.Equals(said, FileTypes.Unknown, StringComparison.OrdinalIgnoreCase)
                    : Known.Contains(said) && !string.Equals(said, type, StringComparison.OrdinalIgnoreCase);
            }
        }

        return false;
    }
}
