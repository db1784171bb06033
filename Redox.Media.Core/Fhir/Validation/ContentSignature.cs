using Redox.Media.Core.Fhir.Mapping;

namespace Redox.Media.Core.Fhir.Validation;

/// <summary>
/// Recognises a few types of file by their first bytes, where these are unambiguous. Other content is not checked: the documented example
/// itself is a line of text with the type JPEG.
/// </summary>
public static class ContentSignature
{
    private const string Program = "application/x-executable";

    private static readonly (string ContentType, byte[] FirstBytes)[] Signatures =
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
    /// True when content has the signature of another type than the stated one, which has a signature as well. A program contradicts every
    /// known type.
    /// </summary>
    public static bool Contradicts(string contentType, ReadOnlySpan<byte> content)
    {
        foreach (var (type, firstBytes) in Signatures)
        {
            if (content.StartsWith(firstBytes))
            {
                var stated = FileTypes.Known(contentType);
                return type == Program
                    ? !string.Equals(stated, FileTypes.Unknown, StringComparison.OrdinalIgnoreCase)
                    : Known.Contains(stated) && !string.Equals(stated, type, StringComparison.OrdinalIgnoreCase);
            }
        }

        return false;
    }
}
