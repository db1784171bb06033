using System.Runtime.Versioning;
using NUnit.Framework;
using Npgsql;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Data.LocalPostgres;

/// <summary>Who gets near the server, and what it tells about what is in it.</summary>
[TestFixture, Category("Database")]
[Platform("Linux")]
[SupportedOSPlatform("linux")]
[Category("Slow")]
public sealed class LocalPostgresExposureTests
{
    [Test]
    public async Task It_listens_on_no_port_and_in_a_folder_closed_to_others()
    {
        await using var cluster = await TestDatabase.StartClusterAsync();
        var sockets = Directory.EnumerateFileSystemEntries($"/proc/{cluster.ProcessId}/fd")
            .Select(entry => new FileInfo(entry).LinkTarget)
            .Where(target => target?.StartsWith("socket:[", StringComparison.Ordinal) == true)
            .Select(target => target!["socket:[".Length..^1])
            .ToHashSet();
        var tcp = new[] { "/proc/net/tcp", "/proc/net/tcp6" }.Where(File.Exists).SelectMany(File.ReadLines)
            .Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[9]);

        Assert.Multiple(() =>
        {
            Assert.That(sockets, Is.Not.Empty);
            Assert.That(tcp.Where(sockets.Contains), Is.Empty);
            Assert.That(Mode(cluster.SocketFolder()), Is.EqualTo("700"));
            Assert.That(Mode(cluster.DataDirectory), Is.EqualTo("700"));
        });
    }

    [Test]
    public async Task Ctrl_C_in_our_terminal_does_not_reach_the_server()
    {
        await using var cluster = await TestDatabase.StartClusterAsync();

        Assert.That(Session(cluster.ProcessId), Is.Not.EqualTo(Session(Environment.ProcessId)));
    }

    [Test]
    public async Task The_log_has_nothing_of_what_statements_hold()
    {
        await using var cluster = await TestDatabase.StartClusterAsync();
        await cluster.ScalarAsync("create table patient (name text primary key)");
        string[] statements =
        [
            "select 'CANARY'::integer",
            "insert into patient values ('CANARY'), ('CANARY')",
            "select 1 / 0 as \"CANARY\"",
            "do $$ begin raise warning 'CANARY'; end $$",
        ];
        foreach (var statement in statements)
        {
            try
            {
                await cluster.ScalarAsync(statement);
            }
            catch (PostgresException)
            {
                // The caller is told; the log is not.
            }
        }

        await cluster.StopAsync(CancellationToken.None);
        var log = await File.ReadAllTextAsync(Path.Combine(cluster.DataDirectory, "postgres.log"));
        Assert.That(log, Does.Contain("database system is ready").And.Not.Contain("CANARY"));
    }

    private static string Mode(string path) => Convert.ToString((int)File.GetUnixFileMode(path), 8);

    private static string Session(int processId)
    {
        var stat = File.ReadAllText($"/proc/{processId}/stat");
        return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[3];
    }
}
