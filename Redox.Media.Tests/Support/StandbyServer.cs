using System.Globalization;
using Npgsql;
using Redox.Media.Data.LocalPostgres;
using Redox.Media.Tests.Soak.Support;

namespace Redox.Media.Tests.Support;

/// <summary>A standby that streams from a server of the tests, and that can be frozen.</summary>
internal sealed class StandbyServer : IAsyncDisposable
{
    /// <summary>What the server must have been started with.</summary>
    public static readonly IReadOnlyDictionary<string, string> PrimarySettings = new Dictionary<string, string>
    {
        ["wal_level"] = "replica",
        ["max_wal_senders"] = "4",
    };

    private readonly ServerUser _user;
    private readonly string _pgCtl;
    private readonly string _folder;

    private StandbyServer(ServerUser user, string pgCtl, string folder) => (_user, _pgCtl, _folder) = (user, pgCtl, folder);

    /// <summary>Copies the server, starts the copy as its standby, and makes every commit wait for it.</summary>
    public static async Task<StandbyServer> StartAsync(SoakDatabase primary)
    {
        var user = await ServerUser.FindAsync(default);
        var binaries = await PostgresBinaries.FindAsync(null, primary.DataDirectory, default);
        var folder = primary.DataDirectory + "/standby";
        var settings = new NpgsqlConnectionStringBuilder(primary.ConnectionString);
        await File.AppendAllTextAsync(primary.DataDirectory + "/cluster/pg_hba.conf", "local replication all trust\n");
        await primary.SetAsync("synchronous_standby_names", null); // loads the file too
        Require(await user.RunAsync(
            Path.Combine(binaries.Folder, "pg_basebackup"),
            ["-D", folder, "-R", "-h", settings.Host!, "-p", Text(settings.Port), "-U", settings.Username!, "-c", "fast"], default));
        var standby = new StandbyServer(user, binaries.PgCtl, folder);
        Require(await user.RunAsync(
            binaries.PgCtl,
            ["start", "-w", "-s", "-D", folder, "-l", folder + "/standby.log", "-o", $"-k '{folder}' -c max_connections=200"], default));
        await primary.SetAsync("synchronous_standby_names", "*");
        await Eventually.IsTrueAsync(
            "the standby is synchronous",
            async () => await primary.CountAsync("select count(*) from pg_stat_replication where sync_state = 'sync'") == 1,
            TimeSpan.FromSeconds(30));
        return standby;
    }

    /// <summary>Stops each of its processes where it is; the connection to the primary stays open.</summary>
    public void Freeze() => Signal("STOP");

    public void Thaw() => Signal("CONT");

    public async ValueTask DisposeAsync()
    {
        Thaw();
        await _user.RunAsync(_pgCtl, ["stop", "-m", "immediate", "-w", "-s", "-D", _folder], default);
    }

    private void Signal(string signal)
    {
        var postmaster = int.Parse(File.ReadLines(_folder + "/postmaster.pid").First(), CultureInfo.InvariantCulture);
        ForeignProcess.Signal(signal, postmaster);
        foreach (var child in ForeignProcess.ChildrenOf(postmaster))
        {
            ForeignProcess.Signal(signal, child);
        }
    }

    private static void Require(CommandResult result)
    {
        if (!result.Succeeded)
        {
            throw new InvalidOperationException(result.Complaint);
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
