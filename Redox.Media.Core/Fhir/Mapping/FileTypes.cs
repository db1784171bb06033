using System.Collections.Frozen;

namespace Redox.Media.Core.Fhir.Mapping;

/// <summary>
/// Redox's <c>FileType</c> and FHIR's <c>contentType</c>. A FileType is free text such as PDF or JPG; the original is always stored, so
/// that a type which is not in the table is not lost. The first name of a content type is the one that is written.
/// </summary>
public static class FileTypes
{
    public const string Unknown = "application/octet-stream";

    private static readonly (string ContentType, string[] Names)[] Table =
    [
        ("image/jpeg", ["JPG", "JPEG", "JPE"]),
        ("image/png", ["PNG"]),
        ("image/gif", ["GIF"]),
        ("image/tiff", ["TIFF", "TIF"]),
        ("image/heic", ["HEIC"]),
        ("image/heif", ["HEIF"]),
        ("image/webp", ["WEBP"]),
        ("image/bmp", ["BMP"]),
        ("image/svg+xml", ["SVG"]),
        ("application/pdf", ["PDF"]),
        ("application/rtf", ["RTF"]),
        ("text/plain", ["TXT", "TEXT"]),
        ("text/html", ["HTML", "HTM"]),
        ("application/xml", ["XML"]),
        ("application/msword", ["DOC"]),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ["DOCX"]),
        ("application/dicom", ["DCM", "DICOM"]),
        ("audio/wav", ["WAV"]),
        ("audio/mpeg", ["MP3"]),
        ("audio/mp4", ["M4A"]),
        ("audio/ogg", ["OGG"]),
        ("video/mp4", ["MP4"]),
        ("video/mpeg", ["MPEG", "MPG"]),
        ("video/quicktime", ["MOV"]),
        ("video/webm", ["WEBM"]),
        ("video/x-msvideo", ["AVI"]),
    ];

    /// <summary>Other names of a type that clients and sites use: unregistered, obsolete, or registered a second time.</summary>
    private static readonly FrozenDictionary<string, string> Aliases = new Dictionary<string, string>
    {
        ["image/jpg"] = "image/jpeg",
        ["image/pjpeg"] = "image/jpeg",
        ["image/x-png"] = "image/png",
        ["image/x-ms-bmp"] = "image/bmp",
        ["application/x-pdf"] = "application/pdf",
        ["text/rtf"] = "application/rtf",
        ["text/xml"] = "application/xml",
        ["audio/x-wav"] = "audio/wav",
        ["audio/wave"] = "audio/wav",
        ["audio/vnd.wave"] = "audio/wav",
        ["audio/mp3"] = "audio/mpeg",
        ["audio/x-m4a"] = "audio/mp4",
        ["video/avi"] = "video/x-msvideo",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, string> ByName = Table
        .SelectMany(row => row.Names.Append(row.ContentType).Select(name => KeyValuePair.Create(name, row.ContentType)))
        .Concat(Aliases)
        .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, string> ByContentType = Table
        .ToFrozenDictionary(row => row.ContentType, row => row.Names[0], StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Types that a browser shows without running scripts in them. Any other type, such as HTML or SVG, is served as bytes. Source: OWASP
    /// ASVS 5, sections 3.2 and 5.4.
    /// </summary>
    private static readonly FrozenSet<string> Safe = Table.Select(row => row.ContentType)
        .Where(type => type.StartsWith("audio/", StringComparison.Ordinal) || type.StartsWith("video/", StringComparison.Ordinal)
            || (type.StartsWith("image/", StringComparison.Ordinal) && !type.EndsWith("xml", StringComparison.Ordinal))
            || type is "application/pdf" or "application/dicom" or "text/plain")
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>The content type of a FileType, which may be one already; <see cref="Unknown"/> when it is not known.</summary>
    public static string ContentType(string? fileType)
    {
        var name = fileType?.Trim().TrimStart('.') ?? "";
        return ByName.GetValueOrDefault(name) ?? (IsContentType(name) ? name : Unknown);
    }

    /// <summary>The FileType of a content type; the content type itself when there is no shorter name for it.</summary>
    public static string FileType(string contentType) => ByContentType.GetValueOrDefault(Known(contentType)) ?? contentType;

    /// <summary>The type that content may be served as.</summary>
    public static string Served(string? contentType) => Safe.TryGetValue(Known(contentType ?? ""), out var safe) ? safe : Unknown;

    /// <summary>image, video or audio of HL7's media-type, which counts scanned documents as images; null for any other type.</summary>
    public static string? MediaType(string contentType)
    {
        bool Begins(string type) => contentType.StartsWith(type, StringComparison.OrdinalIgnoreCase);
        bool Is(string type) => string.Equals(Known(contentType), type, StringComparison.OrdinalIgnoreCase);
        return Begins("image/") || Is("application/pdf") || Is("application/dicom") ? "image"
            : Begins("video/") ? "video"
            : Begins("audio/") ? "audio"
            : null;
    }

    /// <summary>The type without its parameters.</summary>
    public static string Essence(string contentType) =>
        (contentType.IndexOf(';', StringComparison.Ordinal) is >= 0 and var end ? contentType[..end] : contentType).Trim();

    /// <summary>The type without its parameters, by its name in the table.</summary>
    public static string Known(string contentType) =>
        Essence(contentType) is var name && Aliases.TryGetValue(name, out var known) ? known : name;

    private static bool IsContentType(string text) =>
        text.Split('/') is [{ Length: > 0 } type, { Length: > 0 } subtype]
        && (type + subtype).All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '+' or '-');
}
