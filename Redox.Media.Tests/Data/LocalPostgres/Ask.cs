using Npgsql;
using Redox.Media.Data.LocalPostgres;

namespace Redox.Media.Tests.Data.LocalPostgres;

/// <summary>
/// Questions to a cluster. A statement goes on a connection of its own, without a pool: nothing outlives a server that is stopped
/// or killed.
/// </summary>
internal static class Ask
{
    public static string SocketFolder(this LocalPostgresCluster cluster) =>
        new NpgsqlConnectionStringBuilder(cluster.ConnectionString("postgres")).Host!;

    public static async Task<object?> ScalarAsync(this LocalPostgresCluster cluster, string sql, string database = "postgres")
    {
        var unpooled = new NpgsqlConnectionStringBuilder(cluster.ConnectionString(database)) { Pooling = false };
        await using var connection = new NpgsqlConnection(unpooled.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
