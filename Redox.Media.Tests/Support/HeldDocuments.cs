using Npgsql;
using Redox.Media.Core.Documents;

namespace Redox.Media.Tests.Support;

/// <summary>Documents that are held as another process that writes them would hold them.</summary>
internal static class HeldDocuments
{
    /// <returns>Holds them until it is disposed of.</returns>
    public static async Task<IAsyncDisposable> HoldAsync(string source, params string[] documents) =>
        await HoldInAsync(await TestDatabase.SharedAsync(), source, documents);

    /// <summary>The same in a database of the test's own.</summary>
    public static async Task<IAsyncDisposable> HoldInAsync(string connectionString, string source, params string[] documents)
    {
        var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("begin; select pg_advisory_xact_lock(key) from unnest(@keys) as key", connection);
        command.Parameters.AddWithValue("keys", documents.Select(id => DocumentKey.Of(source, id).Shard).ToArray());
        await command.ExecuteNonQueryAsync();
        return connection;
    }
}
