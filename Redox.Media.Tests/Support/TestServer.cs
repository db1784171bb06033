using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Redox.Media.Data.LocalPostgres;
using Redox.Media.Data.Migrations;

namespace Redox.Media.Tests.Support;

/// <summary>A server on which databases can be made, with one migrated database to copy from.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    public const string FolderPrefix = "redox-media-tests-";

    /// <summary>A run that was just started has made its folder and may not have locked it yet.</summary>
    private static readonly TimeSpan LeftoverAfter = TimeSpan.FromMinutes(10);

    private readonly ConcurrentBag<string> _databases = [];
    private readonly string _server;
    private readonly bool _isPrivate;

    private TestServer(string server, bool isPrivate) => (_server, _isPrivate) = (server, isPrivate);

    /// <summary>The name of the migrated database, other in each run: a given server may serve several runs.</summary>
    public string Template { get; private set; } = string.Empty;

    public static async Task<TestServer> OnAsync(string server, bool isPrivate)
    {
        var made = new TestServer(new NpgsqlConnectionStringBuilder(server) { Pooling = false }.ConnectionString, isPrivate);
        var template = await made.CreateAsync("template0");

        // Without a pool: a database that somebody is connected to cannot be copied.
        var unpooled = new NpgsqlConnectionStringBuilder(template) { Pooling = false };
        await using var database = NpgsqlDataSource.Create(unpooled);
        var migrator = new Migrator(database);
        await migrator.MigrateAsync(CancellationToken.None);
        if (isPrivate)
        {
            await migrator.GrantAsync(LocalPostgresCluster.ServingRole, CancellationToken.None);
        }

        // The months of the clocks that tests set.
        await using var months = database.CreateCommand(
            "select create_month((date '2026-01-01' + n * interval '1 month')::date) from generate_series(0, 11) n");
        await months.ExecuteNonQueryAsync();
        made.Template = unpooled.Database!;
        return made;
    }

    /// <summary>Makes a database as a copy of the named one and returns its connection string.</summary>
    public async Task<string> CreateAsync(string template)
    {
        var name = $"redox_media_test_{Guid.NewGuid():N}";
        await ExecuteAsync("select format('create database %I template %I', $1, $2)", name, template);
        _databases.Add(name);
        var settings = new NpgsqlConnectionStringBuilder(_server) { Database = name, Pooling = true };
        if (_isPrivate && template == Template)
        {
            ServingDatabase.MarkPrepared(settings); // the rights come with the copy
        }

        return settings.ConnectionString;
    }

    /// <summary>
    /// Removes what runs left behind that were killed before their end, their servers included: one that still runs is taken over
    /// first, which fails while its run is alive.
    /// </summary>
    public static async Task RemoveLeftoversAsync()
    {
        var before = TimeProvider.System.GetUtcNow().UtcDateTime - LeftoverAfter;
        var old = Directory.EnumerateDirectories(Path.GetTempPath(), FolderPrefix + "*")
            .Where(folder => Directory.GetLastWriteTimeUtc(folder) < before);
        foreach (var folder in old)
        {
            try
            {
                var options = new LocalPostgresOptions { DataDirectory = folder };
                var cluster = await LocalPostgresCluster.StartAsync(
                    options, NullLogger.Instance, TimeProvider.System, CancellationToken.None);
                await cluster.DisposeAsync();
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception exception) when (exception is LocalPostgresException or IOException or UnauthorizedAccessException)
            {
                // In use by a run of this moment, or another user's: not ours to remove.
            }
        }
    }

    /// <summary>Drops the databases of a server that outlives the run.</summary>
    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (_isPrivate)
        {
            return;
        }

        foreach (var name in _databases)
        {
            await ExecuteAsync("select format('drop database if exists %I with (force)', $1)", name);
        }
    }

    /// <summary>Names cannot be parameters of such statements: the server itself quotes them.</summary>
    private async Task ExecuteAsync(string format, params string[] names)
    {
        await using var connection = new NpgsqlConnection(_server);
        await connection.OpenAsync();
        await using var ask = new NpgsqlCommand(format, connection);
        foreach (var name in names)
        {
            ask.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        }

        await using var execute = new NpgsqlCommand((string)(await ask.ExecuteScalarAsync())!, connection);
        await execute.ExecuteNonQueryAsync();
    }
}
