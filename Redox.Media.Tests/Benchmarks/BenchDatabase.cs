using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Redox.Media.Data.LocalPostgres;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>A private PostgreSQL server, with one database for each server under measurement.</summary>
internal sealed class BenchDatabase : IAsyncDisposable
{
    // Autovacuum would work for one side in the other side's turn; the bench vacuums before it measures.
    private static readonly Dictionary<string, string> Settings = new() { ["max_connections"] = "300", ["autovacuum"] = "off" };

    private readonly LocalPostgresCluster _cluster;
    private readonly string _folder;

    private BenchDatabase(LocalPostgresCluster cluster, string folder) => (_cluster, _folder) = (cluster, folder);

    /// <summary>The process ID of the server.</summary>
    public int Postmaster => _cluster.ProcessId;

    public static async Task<BenchDatabase> StartAsync()
    {
        var folder = Path.Combine(Path.GetTempPath(), "redox-media-bench-" + Guid.NewGuid().ToString("N")[..8]);
        var options = new LocalPostgresOptions { DataDirectory = folder, Settings = Settings };
        return new BenchDatabase(await LocalPostgresCluster.StartAsync(options, NullLogger.Instance, TimeProvider.System, default), folder);
    }

    /// <summary>Makes an empty database.</summary>
    public async Task<string> CreateAsync(string name)
    {
        await ExecuteAsync("postgres", $"drop database if exists {name} with (force)");
        await ExecuteAsync("postgres", $"create database {name}");
        return _cluster.ConnectionString(name);
    }

    public Task DropAsync(string name) => ExecuteAsync("postgres", $"drop database {name} with (force)");

    /// <summary>Leaves no work for the server to do later.</summary>
    public async Task VacuumAsync(string name)
    {
        await ExecuteAsync(name, "vacuum analyze");
        await ExecuteAsync(name, "checkpoint");
    }

    /// <summary>How fast this machine commits one row at a time, in order to compare figures of another machine.</summary>
    public async Task<string> DescribeMachineAsync()
    {
        var name = "commits";
        await using var connection = new NpgsqlConnection(await CreateAsync(name));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("create table commits (n int)", connection);
        await command.ExecuteNonQueryAsync();
        command.CommandText = "insert into commits values (1)";
        var (clock, commits) = (System.Diagnostics.Stopwatch.StartNew(), 0);
        for (; clock.ElapsedMilliseconds < 1_000; commits++)
        {
            await command.ExecuteNonQueryAsync();
        }

        return string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} processors, .NET {Environment.Version}, {commits} one-row commits a second on one connection");
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await _cluster.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task ExecuteAsync(string database, string statement)
    {
        await using var connection = new NpgsqlConnection(_cluster.ConnectionString(database) + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statement, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }
}
