using System.Globalization;
using System.Text.RegularExpressions;

namespace Redox.Media.Data.LocalPostgres;

/// <summary>
/// The data folder, locked as long as this object exists: <c>cluster/</c> (PostgreSQL's), <c>socket/</c> or a link to it,
/// <c>postgres.log</c> (this start's) and <c>postgres.log.1</c> (the one before), <c>redox-media.lock</c>.
/// </summary>
internal sealed partial class DataFolder : IDisposable
{
    private const string LockName = "redox-media.lock";
    private const string OwnerOnly = "700";
    private readonly FileStream _lock;

    private DataFolder(string path, FileStream @lock)
    {
        Path = path;
        _lock = @lock;
    }

    public string Path { get; }

    public string Cluster => System.IO.Path.Combine(Path, "cluster");

    public string Log => System.IO.Path.Combine(Path, "postgres.log");

    /// <summary>The major version of the PostgreSQL that made the cluster; null when there is none yet.</summary>
    public int? MadeBy => File.Exists(VersionFile)
        ? int.Parse(File.ReadAllText(VersionFile).Trim(), CultureInfo.InvariantCulture)
        : null;

    private string VersionFile => System.IO.Path.Combine(Cluster, "PG_VERSION");

    /// <summary>Creates the folder if it is missing, and locks it.</summary>
    public static async Task<DataFolder> TakeAsync(string path, ServerUser user, CancellationToken cancellation)
    {
        path = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        if (UnquotablePattern().IsMatch(path))
        {
            // pg_ctl puts the path between double quotes in a shell command.
            throw new LocalPostgresException(
                $"The data folder {path} has a character in its name that PostgreSQL cannot be started with: choose another name.");
        }

        try
        {
            await MakeAsync(path, user, cancellation);

            // The server names its folder by this path, and it is found by it: links are resolved, so that there is one name.
            path = (await Command.RunAsync("readlink", ["-f", path], string.Empty, cancellation)).Output.TrimEnd('\n');
            return new DataFolder(path, await LockAsync(path, user, cancellation));
        }
        catch (UnauthorizedAccessException)
        {
            throw new LocalPostgresException(
                $"The data folder {path} cannot be opened by the user {Environment.UserName}: choose another LocalPostgres:DataDirectory.");
        }
        catch (IOException exception)
        {
            throw new LocalPostgresException($"The data folder {path} cannot be created: {exception.Message}");
        }
    }

    public void Dispose() => _lock.Dispose();

    private static async Task MakeAsync(string path, ServerUser user, CancellationToken cancellation)
    {
        var isNew = !Directory.Exists(path) || !Directory.EnumerateFileSystemEntries(path).Any();
        if (!isNew && !File.Exists(System.IO.Path.Combine(path, LockName)))
        {
            // Never use files of others, and never change their owner.
            throw new LocalPostgresException(
                $"The data folder {path} holds something else than a database of Redox.Media: choose an empty folder.");
        }

        if (user.StepsDown)
        {
            await CheckReachableAsync(path, user, cancellation);
        }

        if (isNew)
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            string[] owner = user.StepsDown ? ["-o", user.Name] : [];
            Require(await Command.RunAsync("install", ["-d", "-m", OwnerOnly, .. owner, path], string.Empty, cancellation), path);
        }

        var stat = (await Command.RunAsync("stat", ["-L", "-c", "%U:%a", path], string.Empty, cancellation)).Output.Trim().Split(':');
        if (stat[0] != user.Name)
        {
            throw new LocalPostgresException(
                $"The data folder {path} belongs to the user {stat[0]} and the server would run as {user.Name}: "
                + $"start as {stat[0]}, or choose another LocalPostgres:DataDirectory.");
        }

        if (stat[^1] != OwnerOnly)
        {
            Require(await user.RunAsync("chmod", [OwnerOnly, path], cancellation), path);
        }
    }

    private static async Task CheckReachableAsync(string path, ServerUser user, CancellationToken cancellation)
    {
        List<string> above = [];
        for (var parent = System.IO.Path.GetDirectoryName(path); parent is not null; parent = System.IO.Path.GetDirectoryName(parent))
        {
            if (Directory.Exists(parent))
            {
                above.Insert(0, parent);
            }
        }

        // The deepest folder first: if it passes, all do, so that one process is enough.
        if ((await user.RunAsync("test", ["-x", above[^1]], cancellation)).Succeeded)
        {
            return;
        }

        foreach (var parent in above)
        {
            if (!(await user.RunAsync("test", ["-x", parent], cancellation)).Succeeded)
            {
                throw new LocalPostgresException(
                    $"The data folder {path} cannot be reached by the user {user.Name}, because {parent} is closed to others: "
                    + "choose another LocalPostgres:DataDirectory.");
            }
        }
    }

    private static async Task<FileStream> LockAsync(string path, ServerUser user, CancellationToken cancellation)
    {
        var file = System.IO.Path.Combine(path, LockName);
        Require(await user.RunAsync("touch", [file], cancellation), path);
        try
        {
            return new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new LocalPostgresException(
                $"The data folder {path} is in use by another Redox.Media: stop that one, or choose another LocalPostgres:DataDirectory.");
        }
    }

    private static void Require(CommandResult result, string path)
    {
        if (!result.Succeeded)
        {
            throw new LocalPostgresException($"The data folder {path} cannot be created: {result.Complaint}");
        }
    }

    [GeneratedRegex("""["$`\\\p{C}]""")]
    private static partial Regex UnquotablePattern();
}
