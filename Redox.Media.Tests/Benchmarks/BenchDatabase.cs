using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Redox.Media.Data.LocalPostgres;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>A private PostgreSQL server, with one database for each server under measurement.</summary>
internal sealed class BenchDatabase : IAsyncDisposable
{
    // Autovacuum would work for one side in the other side's turn; the bench vacuums before it measures.
    private static readonly Dictionary<string, string> Settings = new() { ["max_connections"] = "300", ["autovacuum"] = "off" };

    private readonly LocalPostgresCluster _cluster;

    private BenchDatabase(LocalPostgresCluster cluster) => _cluster = cluster;

    /// <summary>The process ID of the server.</summary>
    public int Postmaster => _cluster.ProcessId;

    public static async Task<BenchDatabase> StartAsync()
    {
        var folder = Path.Combine(Path.GetTempPath(), "redox-media-bench-" + Guid.NewGuid().ToString("N")[..8]);
        var options = new LocalPostgresOptions { DataDirectory = folder, Settings = Settings };
        var cluster = await LocalPostgresCluster.StartAsync(options, NullLogger.Instance, TimeProvider.System, default);
        await cluster.EnsureServingRoleAsync(default);
        return new BenchDatabase(cluster);
    }

    /// <summary>Makes an empty database, instead of one that is there.</summary>
    public async Task<string> CreateAsync(string name)
    {
        await ExecuteAsync("postgres", $"drop database if exists {name} with (force)");
        await ExecuteAsync("postgres", $"create database {name}");
        return _cluster.ConnectionString(name);
    }

    /// <summary>The same, migrated, with the connection string of the role that serves.</summary>
    public async Task<string> CreateServedAsync(string name)
    {
        var owners = await CreateAsync(name);
        ServingDatabase.Forget(new NpgsqlConnectionStringBuilder(owners));
        return await ServingDatabase.OfAsync(owners);
    }

    /// <summary>Leaves no work for the server to do later.</summary>
    public async Task VacuumAsync(string name)
    {
        await ExecuteAsync(name, "vacuum analyze");
        await ExecuteAsync(name, "checkpoint");
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        Directory.Delete(_cluster.DataDirectory, recursive: true);
    }

    private async Task ExecuteAsync(string database, string statement)
    {
        await using var connection = new NpgsqlConnection(_cluster.ConnectionString(database) + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statement, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }
}
