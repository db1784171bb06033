using System.Diagnostics;
using System.Runtime.Versioning;
using NUnit.Framework;
using Redox.Media.Data.LocalPostgres;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Data.LocalPostgres;

/// <summary>Each thing that can be missing is told in one line that says what to do.</summary>
[TestFixture]
[Platform("Linux")]
[SupportedOSPlatform("linux")]
[Category("Slow")]
public sealed class LocalPostgresErrorTests
{
    [Test]
    public void Without_PostgreSQL_it_says_how_to_get_it() =>
        Assert.That(
            () => PostgresBinaries.ChooseAsync(["/nowhere", "/etc"], "apt-get install postgresql", null, "/data", default),
            Throws.TypeOf<LocalPostgresException>()
                .With.Message.EqualTo("PostgreSQL 15 or newer is not installed: apt-get install postgresql"));

    [Test, Category("Database")]
    public async Task A_folder_of_another_version_is_not_touched()
    {
        await using var cluster = await TestDatabase.StartClusterAsync();
        await cluster.StopAsync(CancellationToken.None);
        await File.WriteAllTextAsync(Path.Combine(cluster.DataDirectory, "cluster", "PG_VERSION"), "14\n");

        var message = await ComplaintAsync(cluster.DataDirectory);

        Assert.That(message, Does.Contain("was made by PostgreSQL 14, and only ").And.Contain("apt-get install postgresql-14"));
    }

    [Test, Category("Database")]
    public async Task A_folder_in_use_says_so()
    {
        await using var cluster = await TestDatabase.StartClusterAsync();

        var message = await ComplaintAsync(cluster.DataDirectory);

        Assert.That(message, Does.Contain($"{cluster.DataDirectory} is in use by another Redox.Media"));
        Assert.That(await cluster.ScalarAsync("select 1"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_folder_with_something_else_in_it_is_left_alone()
    {
        var folder = TestDatabase.NewFolder();
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "thesis.txt"), "mine");

        Assert.That(await ComplaintAsync(folder), Does.Contain("holds something else than a database of Redox.Media"));
    }

    [Test]
    public async Task A_folder_below_a_closed_one_names_the_closed_one()
    {
        Assume.That(Environment.IsPrivilegedProcess, "only root steps down to another user");
        var closed = TestDatabase.NewFolder();
        Directory.CreateDirectory(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        var message = await ComplaintAsync(Path.Combine(closed, "deeper", "data"));

        Assert.That(message, Does.Contain($"because {closed} is closed to others"));
        Assert.That(Directory.Exists(Path.Combine(closed, "deeper")), Is.False);
    }

    [Test]
    public async Task A_folder_of_another_user_names_the_user()
    {
        Assume.That(Environment.IsPrivilegedProcess, "only root can look into it");
        var folder = TestDatabase.NewFolder();
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "redox-media.lock"), string.Empty);

        Assert.That(await ComplaintAsync(folder), Does.Contain("belongs to the user root and the server would run as postgres"));
    }

    [Test]
    public async Task A_name_that_a_shell_would_read_otherwise_is_refused() =>
        Assert.That(await ComplaintAsync("/tmp/redox-$HOME"), Does.Contain("choose a plainer name"));

    [Test, Category("Database")]
    public async Task A_server_that_does_not_come_up_is_quoted()
    {
        var message = await ComplaintAsync(await UsedFolderAsync(), new() { ["no_such_setting"] = "1" });

        Assert.That(message, Does.Contain("unrecognized configuration parameter \"no_such_setting\"").And.Not.Contain("\n"));
    }

    [Test, Category("Database")]
    public async Task A_cluster_that_was_only_half_made_is_made_anew()
    {
        var folder = await UsedFolderAsync();
        Directory.Move(Path.Combine(folder, "cluster"), Path.Combine(folder, "cluster.new"));
        File.Delete(Path.Combine(folder, "cluster.new", "PG_VERSION"));

        await using var cluster = await TestDatabase.StartClusterInAsync(folder);

        Assert.That(await cluster.ScalarAsync("select 1"), Is.EqualTo(1));
    }

    [TestCase("/var/lib/redox-media", true)] // a plain short path holds its socket
    [TestCase("/data/with,comma", false)] // a path with a comma does not hold its socket
    [TestCase("/data/with space", false)] // a path with a space does not hold its socket
    public void Socket_goes_where_it_can_be_named(string folder, bool expected) =>
        Assert.That(ServerFiles.FitsSocket(folder), Is.EqualTo(expected));

    private static async Task<string> UsedFolderAsync()
    {
        await using var cluster = await TestDatabase.StartClusterAsync();
        return cluster.DataDirectory;
    }

    private static async Task<string> ComplaintAsync(string folder, Dictionary<string, string>? settings = null)
    {
        try
        {
            await using var cluster = await TestDatabase.StartClusterInAsync(folder, settings);
        }
        catch (LocalPostgresException exception)
        {
            Assert.That(exception.Message, Does.Not.Contain("\n"));
            return exception.Message;
        }

        Assert.Fail("It started.");
        throw new UnreachableException();
    }
}
