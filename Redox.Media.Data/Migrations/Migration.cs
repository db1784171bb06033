using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Redox.Media.Data.Migrations;

/// <summary>One file of db/migrations: <c>NNNN_what.sql</c>.</summary>
internal sealed partial record Migration(int Version, string Name, string Sql)
{
    private const string Folder = "db/migrations/";

    /// <summary>SHA-256 in lower-case hex of the text in UTF-8 with LF line ends, because a checkout may convert them.</summary>
    public string Checksum =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));

    /// <summary>The name of its file, without the extension.</summary>
    public override string ToString() => $"{Version:0000}_{Name}";

    /// <summary>Those embedded in this assembly.</summary>
    public static IReadOnlyList<Migration> Embedded()
    {
        var assembly = typeof(Migration).Assembly;
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .Select(name =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                return FromFile(name[Folder.Length..], reader.ReadToEnd());
            })];
    }

    public static Migration FromFile(string fileName, string sql)
    {
        var match = FileNamePattern().Match(fileName);
        return match.Success
            ? new Migration(int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), match.Groups[2].Value, sql)
            : throw new MigrationException($"db/migrations/{fileName} is not named NNNN_what.sql.");
    }

    [GeneratedRegex(@"^(\d{4})_([a-z0-9_]+)\.sql\z")]
    private static partial Regex FileNamePattern();
}
