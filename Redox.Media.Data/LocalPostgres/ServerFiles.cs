using System.Text;
using System.Text.RegularExpressions;

namespace Redox.Media.Data.LocalPostgres;

/// <summary>The files that the server needs in the data folder before it can start. The server's user writes all of them.</summary>
internal static partial class ServerFiles
{
    /// <summary>A socket's name must fit <c>sun_path</c>: 108 bytes with the closing zero (unix(7)).</summary>
    private const int LongestSocketPath = 107;

    // Created under another name first, so that an interruption never leaves an incomplete cluster.
    private const string InitScript = """
        rm -rf "$1.new"
        "$2" -D "$1.new" --username=media --encoding=UTF8 --locale=C --data-checksums --auth=trust --no-instructions $3
        mv "$1.new" "$1"
        """;

    // $1 data folder, $2 the place of the socket folder: inside, or short. Prints it. A short one is kept while its owner is the same, so
    // that a connection string stays valid after a crash of the server.
    private const string PrepareScript = """
        umask 077
        old=
        if [ -L "$1/socket" ]; then old=$(readlink "$1/socket"); fi
        case $old in /tmp/redox-media-*) ;; *) old=;; esac
        if [ "$2" = inside ]; then
          if [ -n "$old" ]; then rm -rf "$old"; fi
          rm -rf "$1/socket"
          socket=$1/socket
          mkdir "$socket"
        elif [ -n "$old" ] && [ -d "$old" ] && [ ! -L "$old" ] && [ -O "$old" ]; then
          socket=$old
          chmod 700 "$socket"
          rm -f "$socket"/.s.PGSQL.*
        else
          rm -rf "$1/socket"
          socket=$(mktemp -d /tmp/redox-media-XXXXXXXX)
          ln -s "$socket" "$1/socket"
        fi
        if [ -f "$1/postgres.log" ]; then mv "$1/postgres.log" "$1/postgres.log.1"; fi
        cat > "$1/cluster/postgresql.conf"
        echo "unix_socket_directories = '$socket'" >> "$1/cluster/postgresql.conf"
        echo "local all all trust" > "$1/cluster/pg_hba.conf"
        printf %s "$socket"
        """;

    // The folder itself stays; a link to a folder under /tmp is removed with that folder.
    private const string TidyScript = """
        if [ -L "$1/socket" ]; then
          old=$(readlink "$1/socket")
          case $old in /tmp/redox-media-*) rm -rf "$old";; esac
          rm "$1/socket"
        fi
        """;

    /// <summary>Creates the cluster: UTF-8, C collation, with data checksums.</summary>
    public static async Task InitialiseAsync(
        DataFolder folder, PostgresBinaries binaries, ServerUser user, bool durable, CancellationToken cancellation)
    {
        var sync = durable ? string.Empty : "--no-sync";
        var result = await user.RunScriptAsync(InitScript, [folder.Cluster, binaries.InitDb, sync], cancellation);
        Require(result, $"PostgreSQL could not create a database cluster in {folder.Path}{SpaceLeft(folder)}");
    }

    /// <summary>Writes the configuration, creates the folder of the socket and returns it.</summary>
    public static async Task<string> PrepareAsync(
        DataFolder folder, ServerUser user, string configuration, CancellationToken cancellation)
    {
        var place = FitsSocket(folder.Path) ? "inside" : "short";
        var result = await user.RunScriptAsync(PrepareScript, [folder.Path, place], cancellation, configuration);
        Require(result, $"PostgreSQL could not be prepared in {folder.Path}{SpaceLeft(folder)}");
        return result.Output;
    }

    /// <summary>Removes what a stopped server leaves outside the data folder.</summary>
    public static async Task TidyAsync(DataFolder folder, ServerUser user, CancellationToken cancellation) =>
        Require(
            await user.RunScriptAsync(TidyScript, [folder.Path], cancellation),
            $"What the server of {folder.Path} left under /tmp could not be removed");

    /// <summary>
    /// Removes a pid file that names no server of this cluster, as the caller has checked. If processes of a killed server still run,
    /// PostgreSQL finds them by their shared memory and refuses to start.
    /// </summary>
    public static async Task RemovePidFileAsync(DataFolder folder, ServerUser user, CancellationToken cancellation) =>
        Require(
            await user.RunAsync("rm", ["-f", Postmaster.PidFile(folder.Cluster)], cancellation),
            $"A pid file that an earlier run left in {folder.Cluster} could not be removed");

    /// <summary>The end of the server log of this start, as one line; it contains no patient data, see ServerSettings.</summary>
    public static string LastWords(DataFolder folder)
    {
        try
        {
            return CommandResult.TellingLines(File.ReadAllText(folder.Log));
        }
        catch (IOException)
        {
            return string.Empty;
        }
    }

    /// <summary>
    /// The space left on the disk if it is nearly full; else empty. On a full disk PostgreSQL cannot log the reason.
    /// </summary>
    public static string SpaceLeft(DataFolder folder)
    {
        // In MB. A new cluster takes 40, a start up to 16 for the next piece of WAL.
        const long Little = 64;
        var left = new DriveInfo(folder.Path).AvailableFreeSpace >> 20;
        return left < Little ? $" (only {left} MB are left there)" : string.Empty;
    }

    /// <summary>
    /// Whether a socket inside the data folder can be named: short enough, and plain, since both PostgreSQL's setting and
    /// Npgsql's host are lists with commas.
    /// </summary>
    internal static bool FitsSocket(string dataDirectory) =>
        PlainPath().IsMatch(dataDirectory)
        && Encoding.UTF8.GetByteCount($"{dataDirectory}/socket/.s.PGSQL.{LocalPostgresCluster.Port}.lock") <= LongestSocketPath;

    private static void Require(CommandResult result, string what)
    {
        if (!result.Succeeded)
        {
            throw new LocalPostgresException($"{what}: {result.Complaint}");
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9/._+-]+\z")]
    private static partial Regex PlainPath();
}
