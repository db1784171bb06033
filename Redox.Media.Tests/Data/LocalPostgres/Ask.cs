using Npgsql;
using Redox.Media.Data.LocalPostgres;

namespace Redox.Media.Tests.Data.LocalPostgres;

/// <summary>One statement on a connection of its own: no pool, so that nothing outlives a server that is stopped or killed.</summary>
internal static class Ask
{
    public static async Task<object?> ScalarAsync(this LocalPostgresCluster cluster, string sql, string database = "postgres")
    {
        var unpooled = new NpgsqlConnectionStringBuilder(cluster.ConnectionString(database)) { Pooling = false };
        await using var connection = new NpgsqlConnection(unpooled.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
