using System.Text;

namespace Redox.Media.Core.Intake;

/// <summary>
/// Where a message carries its file: the member names from the root to the file's string, for instance Media/FileContents.
/// A member of the same name elsewhere, or inside an array, is not the file.
/// </summary>
public sealed class FilePath
{
    private readonly byte[][] _names;

    /// <param name="names">One name or more, each of ASCII characters. Compared exactly, case included.</param>
    /// <exception cref="ArgumentException">There is no name, or one is empty or not ASCII.</exception>
    public FilePath(params string[] names)
    {
        if (names.Length == 0 || names.Any(name => name.Length == 0 || !Ascii.IsValid(name)))
        {
            throw new ArgumentException("A file path is one or more names of ASCII characters.", nameof(names));
        }

        _names = [.. names.Select(Encoding.ASCII.GetBytes)];
    }

    /// <summary>Media/FileContents, the file of Redox's Media model.</summary>
    public static FilePath Media { get; } = new("Media", "FileContents");

    internal int Length => _names.Length;

    public override string ToString() => string.Join('/', _names.Select(Encoding.ASCII.GetString));

    /// <summary>The name at <paramref name="index"/>, counted from the root.</summary>
    internal ReadOnlySpan<byte> Name(int index) => _names[index];
}
