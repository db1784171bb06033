using System.Globalization;
using System.Text.RegularExpressions;

namespace Redox.Media.Data.LocalPostgres;

/// <summary>The folder of a PostgreSQL's programs, and its major version.</summary>
internal sealed partial record PostgresBinaries(string Folder, int Major)
{
    /// <summary>The environment variable that names the folder of the programs; no other folder is searched then.</summary>
    public const string OverrideVariable = "REDOX_MEDIA_POSTGRES_BIN";

    /// <summary>The oldest version that the schema is tested with.</summary>
    public const int OldestMajor = 15;

    public string Postgres => Path.Combine(Folder, "postgres");

    public string InitDb => Path.Combine(Folder, "initdb");

    public string PgCtl => Path.Combine(Folder, "pg_ctl");

    /// <summary>
    /// The version that created the cluster, else the newest that is installed. <paramref name="madeBy"/> is null when there is no cluster
    /// yet.
    /// </summary>
    public static Task<PostgresBinaries> FindAsync(int? madeBy, string dataDirectory, CancellationToken cancellation)
    {
        var named = Environment.GetEnvironmentVariable(OverrideVariable);
        return string.IsNullOrEmpty(named)
            ? ChooseAsync(UsualFolders(), "apt-get install postgresql", madeBy, dataDirectory, cancellation)
            : ChooseAsync([named], $"{OverrideVariable} names {named}", madeBy, dataDirectory, cancellation);
    }

    internal static async Task<PostgresBinaries> ChooseAsync(
        IEnumerable<string> folders, string advice, int? madeBy, string dataDirectory, CancellationToken cancellation)
    {
        var found = new List<PostgresBinaries>();
        foreach (var folder in folders.Select(Resolve).OfType<string>().Distinct())
        {
            if (await MajorAsync(folder, cancellation) is { } major && major >= OldestMajor)
            {
                found.Add(new PostgresBinaries(folder, major));
            }
        }

        if (found.Count == 0)
        {
            throw new LocalPostgresException($"PostgreSQL {OldestMajor} or newer is not installed: {advice}");
        }

        return madeBy is null
            ? found.MaxBy(binaries => binaries.Major)!
            : found.Find(binaries => binaries.Major == madeBy) ?? throw new LocalPostgresException(
                $"The data folder {dataDirectory} was created by PostgreSQL {madeBy}, and only "
                + $"{string.Join(", ", found.Select(binaries => binaries.Major).Distinct())} is installed: "
                + $"apt-get install postgresql-{madeBy}, or choose another LocalPostgres:DataDirectory.");
    }

    private static IEnumerable<string> UsualFolders()
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':', StringSplitOptions.RemoveEmptyEntries);
        const string Debian = "/usr/lib/postgresql";
        return Directory.Exists(Debian) ? path.Concat(Directory.EnumerateDirectories(Debian).Select(v => $"{v}/bin")) : path;
    }

    /// <summary>
    /// The folder of the programs themselves: a folder in PATH may contain a link to one of them, without initdb and pg_ctl.
    /// </summary>
    private static string? Resolve(string folder)
    {
        try
        {
            var postgres = new FileInfo(Path.Combine(Path.GetFullPath(folder), "postgres"));
            var real = (postgres.ResolveLinkTarget(returnFinalTarget: true) ?? postgres).FullName;
            var home = Path.GetDirectoryName(real)!;
            string[] programs = [real, Path.Combine(home, "initdb"), Path.Combine(home, "pg_ctl")];
            return programs.All(File.Exists) ? home : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A folder in PATH that cannot be read has no usable programs.
            return null;
        }
    }

    private static async Task<int?> MajorAsync(string folder, CancellationToken cancellation)
    {
        var answer = await Command.RunAsync(Path.Combine(folder, "postgres"), ["--version"], string.Empty, cancellation);
        var match = VersionPattern().Match(answer.Output);
        return match.Success ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : null;
    }

    [GeneratedRegex(@"\(PostgreSQL\) (\d+)")]
    private static partial Regex VersionPattern();
}
