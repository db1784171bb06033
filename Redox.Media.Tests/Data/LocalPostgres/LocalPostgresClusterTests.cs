using System.Diagnostics;
using System.Runtime.Versioning;
using NUnit.Framework;
using Redox.Media.Data.LocalPostgres;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Data.LocalPostgres;

[TestFixture, Category("Database")]
[Platform("Linux")]
[SupportedOSPlatform("linux")]
[Category("Slow")]
public sealed class LocalPostgresClusterTests
{
    [Test]
    public async Task Starts_in_an_empty_folder_and_answers()
    {
        await using var cluster = await TestDatabase.StartClusterAsync();

        Assert.That(
            await cluster.ScalarAsync(
                """
                select concat_ws(' ', current_user, current_setting('server_encoding'), current_setting('data_checksums'),
                  (select datcollate from pg_database where datname = current_database()),
                  current_setting('fsync'), current_setting('synchronous_commit'), current_setting('full_page_writes'))
                """),
            Is.EqualTo("media UTF8 on C on on on"));
    }

    [Test]
    public async Task A_server_that_runs_is_looked_after_without_a_word()
    {
        await using var made = await TestDatabase.StartClusterAsync();
        await made.StopAsync(CancellationToken.None);
        using var logs = new CapturedLogs();
        await using var cluster = await LocalPostgresCluster.StartAsync(
            new LocalPostgresOptions { DataDirectory = made.DataDirectory }, logs.CreateLogger("cluster"), TimeProvider.System, CancellationToken.None);
        var before = logs.Entries.Count;

        await cluster.RestartAfterCrashAsync(CancellationToken.None);
        await cluster.RestartAfterCrashAsync(CancellationToken.None);

        Assert.That(logs.Entries.Skip(before), Is.Empty);
    }

    [Test]
    public async Task What_is_committed_is_there_after_stop_and_start()
    {
        await using var first = await TestDatabase.StartClusterAsync();
        await first.ScalarAsync("create table kept as select 42 as number");
        await first.StopAsync(CancellationToken.None);

        await using var second = await TestDatabase.StartClusterInAsync(first.DataDirectory);

        Assert.That(await second.ScalarAsync("select number from kept"), Is.EqualTo(42));
    }

    [Test]
    public async Task What_was_committed_is_there_after_the_server_was_killed()
    {
        await using var cluster = await TestDatabase.StartClusterAsync();
        var connectionString = cluster.ConnectionString("postgres");
        await cluster.ScalarAsync("create table kept as select 42 as number");
        var killed = cluster.ProcessId;

        Kill(killed);
        await cluster.RestartAfterCrashAsync(CancellationToken.None);

        Assert.Multiple(() =>
        {
            Assert.That(cluster.ProcessId, Is.Not.EqualTo(killed));
            Assert.That(cluster.ConnectionString("postgres"), Is.EqualTo(connectionString));
        });
        Assert.That(await cluster.ScalarAsync("select number from kept"), Is.EqualTo(42));
    }

    [Test]
    public async Task A_server_that_a_killed_run_left_is_taken_over_and_stopped_in_the_end()
    {
        var left = await TestDatabase.StartClusterAsync();
        left.Abandon();

        var next = await TestDatabase.StartClusterInAsync(left.DataDirectory);
        Assert.That(next.ProcessId, Is.EqualTo(left.ProcessId));
        Assert.That(await next.ScalarAsync("select 1"), Is.EqualTo(1));

        await next.StopAsync(CancellationToken.None);
        Assert.That(Postmaster.Find(Path.Combine(next.DataDirectory, "cluster")), Is.Null);
    }

    [Test]
    public async Task A_server_that_a_killed_run_left_is_started_again_when_it_was_killed_too()
    {
        var left = await TestDatabase.StartClusterAsync();
        await left.ScalarAsync("create table kept as select 42 as number");
        left.Abandon();
        Kill(left.ProcessId);

        await using var next = await TestDatabase.StartClusterInAsync(left.DataDirectory);

        Assert.That(await next.ScalarAsync("select number from kept"), Is.EqualTo(42));
    }

    [Test]
    public async Task A_pid_file_that_names_somebody_else_does_not_keep_it_from_starting()
    {
        await using var first = await TestDatabase.StartClusterAsync();
        await first.StopAsync(CancellationToken.None);
        var pidFile = Postmaster.PidFile(Path.Combine(first.DataDirectory, "cluster"));
        await File.WriteAllTextAsync(pidFile, $"{Environment.ProcessId}\n/elsewhere\n1\n5432\n/elsewhere\n\n1 1\nready   \n");

        await using var second = await TestDatabase.StartClusterInAsync(first.DataDirectory);

        Assert.That(await second.ScalarAsync("select 1"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_database_is_made_once_whatever_its_name()
    {
        const string Name = "a \"strange\"; name";
        await using var cluster = await TestDatabase.StartClusterAsync();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => cluster.EnsureDatabaseAsync(Name, CancellationToken.None)));

        Assert.That(await cluster.ScalarAsync("select current_database()", Name), Is.EqualTo(Name));
    }

    [Test]
    public async Task A_folder_too_deep_for_a_socket_gets_one_under_tmp_that_goes_with_the_server()
    {
        var folder = Path.Combine(TestDatabase.NewFolder(), new string('d', 60), new string('e', 60));
        await StartOrEndTestAsync();
        await using var cluster = await TestDatabase.StartClusterInAsync(folder);
        var socket = cluster.SocketFolder();
        Kill(cluster.ProcessId);
        await cluster.RestartAfterCrashAsync(CancellationToken.None);

        Assert.That(socket, Does.StartWith("/tmp/redox-media-"));
        Assert.That(cluster.SocketFolder(), Is.EqualTo(socket));
        Assert.That(Mode(socket), Is.EqualTo("700"));
        Assert.That(await cluster.ScalarAsync("select 1"), Is.EqualTo(1));

        await cluster.StopAsync(CancellationToken.None);
        Assert.That(Directory.Exists(socket), Is.False);
    }

    private static async Task StartOrEndTestAsync() => await (await TestDatabase.StartClusterAsync()).DisposeAsync();

    private static void Kill(int processId)
    {
        using var process = Process.GetProcessById(processId);
        process.Kill();
    }

    private static string Mode(string path) => Convert.ToString((int)File.GetUnixFileMode(path), 8);
}
