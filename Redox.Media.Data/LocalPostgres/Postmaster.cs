using System.Globalization;

namespace Redox.Media.Data.LocalPostgres;

/// <summary>
/// The server process as described by its <c>postmaster.pid</c>:
/// https://www.postgresql.org/docs/current/storage-file-layout.html.
/// </summary>
/// <param name="ProcessId">The process ID.</param>
/// <param name="SocketFolder">Where it listens; null while it is still writing its file.</param>
internal sealed record Postmaster(int ProcessId, string? SocketFolder)
{
    private const int SocketFolderLine = 4;

    /// <summary>The server of this cluster, if it runs.</summary>
    public static Postmaster? Find(string clusterFolder)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(PidFile(clusterFolder));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        if (lines.Length == 0 || !int.TryParse(lines[0], NumberStyles.None, CultureInfo.InvariantCulture, out var processId))
        {
            return null;
        }

        var socketFolder = lines.Length > SocketFolderLine && lines[SocketFolderLine].Length > 0 ? lines[SocketFolderLine] : null;
        return IsServerOf(clusterFolder, processId) ? new Postmaster(processId, socketFolder) : null;
    }

    public static string PidFile(string clusterFolder) => Path.Combine(clusterFolder, "postmaster.pid");

    /// <summary>
    /// Whether the process is running and serves this cluster. After a reboot another process may have its ID, and PostgreSQL, which
    /// only checks whether the ID is in use, would then refuse to start; a zombie process does not count as running.
    /// </summary>
    public static bool IsServerOf(string clusterFolder, int processId)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            var state = stat[stat.LastIndexOf(')') + 2];
            return state is not ('Z' or 'X')
                && File.ReadAllText($"/proc/{processId}/cmdline").Split('\0').Contains(clusterFolder, StringComparer.Ordinal);
        }
        catch (IOException)
        {
            // No such process, or it ended while we were reading.
            return false;
        }
    }
}
