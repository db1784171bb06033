using System.Text.Json;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.RemoteFiles;

/// <summary>A file at another host that the service is to fetch for the version of a document.</summary>
/// <param name="Url">An absolute https address without a fragment.</param>
/// <param name="Host">The host, with the port unless it is 443; as in <c>RemoteFiles:Hosts</c>.</param>
public sealed record RemoteFileReference(string Url, string Host)
{
    /// <summary>In characters: what servers accept in a request.</summary>
    private const int MaxLength = 8 * 1024;

    /// <summary>
    /// What <c>Media.FileContents</c>, or <c>content.url</c> of a FHIR Media without data, refers to; null for other content.
    /// </summary>
    public static RemoteFileReference? Of(DocumentEvent e) => e.Message.File switch
    {
        FileEncoding.Reference when e.Resource is null =>
            Find(JsonText.Member(e.Message.Root, "Media"u8) is { } media ? JsonText.Scalar(media, "FileContents"u8) : null),
        FileEncoding.Absent when e.Resource is not null =>
            Find(JsonText.Member(e.Message.Root, "content"u8) is { } content ? JsonText.Scalar(content, "url"u8) : null),
        _ => null,
    };

    private static RemoteFileReference? Find(string? text) =>
        text is { Length: <= MaxLength } && Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Scheme == Uri.UriSchemeHttps && uri.UserInfo.Length == 0
            ? new RemoteFileReference(uri.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped), HostOf(uri))
            : null;

    /// <summary>The host of an address as settings and the database have it.</summary>
    public static string HostOf(Uri uri) => uri.IsDefaultPort ? uri.IdnHost : $"{uri.IdnHost}:{uri.Port}";
}
