using System.Text;

namespace Redox.Media.Core.Parsing;

/// <summary>
/// Where a message carries its file: the member names from the root to the file's string, for instance Media/FileContents.
/// A member of the same name elsewhere, or inside an array, is not the file.
/// </summary>
public sealed class ContentProperty
{
    private readonly byte[][] _names;

    private ContentProperty(byte[][] names, ContentProperty other) => (_names, Other) = (names, other);

    /// <param name="names">One name or more, each of ASCII characters. Compared exactly, case included.</param>
    /// <exception cref="ArgumentException">There is no name, or one is empty or not ASCII.</exception>
    public ContentProperty(params string[] names)
    {
        if (names.Length == 0 || names.Any(name => name.Length == 0 || !Ascii.IsValid(name)))
        {
            throw new ArgumentException("A file path is one or more names of ASCII characters.", nameof(names));
        }

        _names = [.. names.Select(Encoding.ASCII.GetBytes)];
    }

    /// <summary>Media/FileContents, the file of Redox's Media model.</summary>
    public static ContentProperty Media { get; } = new("Media", "FileContents");

    /// <summary>
    /// content/data, the file of a FHIR Media, or integration_payload/media/content, that of the older form of the same request. Source:
    /// Canvas Medical's Media page, which documents both at one address.
    /// </summary>
    public static ContentProperty Fhir { get; } = new ContentProperty("content", "data").Or(new ContentProperty("integration_payload", "media", "content"));

    internal int Length => _names.Length;

    /// <summary>The alternative property; null when there is none.</summary>
    internal ContentProperty? Other { get; }

    /// <summary>Adds an alternative. Of a message that has both properties, the first is the content.</summary>
    /// <exception cref="InvalidOperationException">This path has an alternative already.</exception>
    public ContentProperty Or(ContentProperty other) =>
        Other is null ? new ContentProperty(_names, other) : throw new InvalidOperationException("A file path has one alternative at most.");

    public override string ToString() =>
        string.Join('/', _names.Select(Encoding.ASCII.GetString)) + (Other is null ? "" : $" or {Other}");

    /// <summary>The name at <paramref name="index"/>, counted from the root.</summary>
    internal ReadOnlySpan<byte> Name(int index) => _names[index];
}
