using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;
using Redox.Media.Data.LocalPostgres;

namespace Redox.Media.Tests.Support;

/// <summary>
/// Databases of this test run: in a private cluster under the system's temporary folder that is started on first use, or, if
/// <c>REDOX_MEDIA_TEST_DB</c> holds a connection string, on that server. All are removed at the end of the run.
/// </summary>
internal static class TestDatabase
{
    public const string ServerVariable = "REDOX_MEDIA_TEST_DB";

    /// <summary>Nothing a test writes has to survive the power going off.</summary>
    private static readonly Dictionary<string, string> FastSettings = new()
    {
        ["fsync"] = "off",
        ["full_page_writes"] = "off",
        ["synchronous_commit"] = "off",
        ["shared_buffers"] = "64MB",
        ["max_connections"] = "200",
    };

    private static readonly Dictionary<string, string> SmallSettings = new() { ["shared_buffers"] = "32MB" };
    private static readonly Lazy<Task<TestServer>> Server = new(StartServerAsync);
    private static readonly Lazy<Task<string>> Shared = new(CreateAsync);
    private static readonly Lazy<Task<string>> Prepared = new(PrepareAsync);
    private static readonly ConcurrentBag<LocalPostgresCluster> Clusters = [];
    private static readonly ConcurrentBag<string> Folders = [];

    /// <summary>
    /// The connection string of one migrated database for the whole run. A test keeps to itself by source IDs of its own.
    /// </summary>
    public static Task<string> SharedAsync() => Shared.Value;

    /// <summary>The connection string of a migrated database that nobody else has.</summary>
    public static async Task<string> CreateAsync()
    {
        var server = await Server.Value;
        return await server.CreateAsync(server.Template);
    }

    /// <summary>The connection string of a database with nothing in it that nobody else has.</summary>
    public static async Task<string> CreateEmptyAsync() => await (await Server.Value).CreateAsync("template0");

    /// <summary>
    /// A cluster of the test's own, which it may kill. It commits to disk unless told otherwise. Ends the test if PostgreSQL cannot be
    /// started on this machine.
    /// </summary>
    public static async Task<LocalPostgresCluster> StartClusterAsync(IReadOnlyDictionary<string, string>? settings = null)
    {
        try
        {
            return await StartClusterInAsync(NewFolder(), settings);
        }
        catch (LocalPostgresException reason)
        {
            EndTestFor(reason);
            throw;
        }
    }

    /// <summary>The same from a copy of a new cluster, which takes a tenth of the time of a new one.</summary>
    public static async Task<LocalPostgresCluster> StartClusterCopyAsync(IReadOnlyDictionary<string, string>? settings = null)
    {
        try
        {
            var folder = NewFolder();
            using var copy = Process.Start("cp", ["--archive", await Prepared.Value, folder]);
            await copy.WaitForExitAsync();
            return await StartClusterInAsync(folder, settings);
        }
        catch (LocalPostgresException reason)
        {
            EndTestFor(reason);
            throw;
        }
    }

    /// <summary>The same in a folder of the test's choice; what goes wrong is thrown.</summary>
    public static async Task<LocalPostgresCluster> StartClusterInAsync(
        string dataDirectory, IReadOnlyDictionary<string, string>? settings = null)
    {
        var options = new LocalPostgresOptions { DataDirectory = dataDirectory, Settings = settings ?? SmallSettings };
        var cluster = await LocalPostgresCluster.StartAsync(
            options, NullLogger.Instance, TimeProvider.System, CancellationToken.None);
        Clusters.Add(cluster);
        await cluster.EnsureServingRoleAsync(CancellationToken.None);
        return cluster;
    }

    /// <summary>A path under the temporary folder with nothing there yet; whatever comes to lie there goes with the run.</summary>
    public static string NewFolder()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"{TestServer.FolderPrefix}{Guid.NewGuid():N}"[..40]);
        Folders.Add(folder);
        return folder;
    }

    public static async Task RemoveAllAsync()
    {
        if (Server.IsValueCreated && Server.Value.IsCompletedSuccessfully)
        {
            await (await Server.Value).DisposeAsync();
        }

        foreach (var cluster in Clusters)
        {
            await cluster.DisposeAsync();
        }

        foreach (var folder in Folders.Where(Directory.Exists))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> PrepareAsync()
    {
        var cluster = await StartClusterInAsync(NewFolder());
        await cluster.DisposeAsync();
        return cluster.DataDirectory;
    }

    private static async Task<TestServer> StartServerAsync()
    {
        if (Environment.GetEnvironmentVariable(ServerVariable) is { Length: > 0 } given)
        {
            return await TestServer.OnAsync(given, isPrivate: false);
        }

        await TestServer.RemoveLeftoversAsync();
        var cluster = await StartClusterAsync(FastSettings);
        return await TestServer.OnAsync(cluster.ConnectionString("postgres"), isPrivate: true);
    }

    /// <summary>Ends the test, ignored on a laptop and failed in CI, where a missing server must not pass for a green run.</summary>
    private static void EndTestFor(LocalPostgresException reason)
    {
        if (string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase))
        {
            Assert.Fail(reason.Message);
        }

        Assert.Ignore(reason.Message);
    }
}
