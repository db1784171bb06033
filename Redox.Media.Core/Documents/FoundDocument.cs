using Redox.Media.Core.Deliveries;

namespace Redox.Media.Core.Documents;

/// <summary>A current document that a query found.</summary>
/// <param name="Version">Its current version.</param>
/// <param name="ContentLength">Bytes; null when it has no content of its own here.</param>
/// <param name="Inline">The version itself, if it was returned with the search: the first few small ones are, and the only one.</param>
public readonly record struct FoundDocument(DocumentKey Document, DeliveryId Version, long? ContentLength, InlineVersion? Inline = null);

/// <summary>
/// A version in memory. <paramref name="Content"/> is null when it has none of its own, and when it is too large to be inline: then
/// <see cref="FoundDocument.ContentLength"/> has a value, and <paramref name="ContentChecksum"/> is what the content is compared with.
/// </summary>
public sealed record InlineVersion(byte[] Envelope, byte[]? Content, long? ContentChecksum);

/// <summary>A version to be read, with or without its content.</summary>
/// <param name="ContentLength">As the search found it; another length in the version is an integrity failure.</param>
public readonly record struct VersionRequest(DocumentKey Document, DeliveryId Version, long? ContentLength, bool WithContent)
{
    public VersionContent Content =>
        ContentLength is null ? VersionContent.None : WithContent ? VersionContent.Follows : VersionContent.LeftOut;
}
