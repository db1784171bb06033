using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;

namespace Redox.Media.Tests.Support;

/// <summary>Looks at what the archive keeps, past the service.</summary>
internal static class StoredDeliveries
{
    /// <summary>The bytes kept of a delivery; empty when none were.</summary>
    public static async Task<byte[]> RawBytesAsync(Guid deliveryId, string? connectionString = null)
    {
        await using var connection = await OpenAsync(connectionString);
        await using var command = new NpgsqlCommand(
            """
            select b.bytes from delivery d
            join delivery_body b on b.shard_key = d.body_shard and b.body_key = d.body_key
              and b.month = date_trunc('month', d.received_at at time zone 'UTC')::date
            where d.delivery_id = $1 order by b.slice
            """, connection);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = deliveryId });
        await using var reader = await command.ExecuteReaderAsync();
        using var all = new MemoryStream();
        while (await reader.ReadAsync())
        {
            all.Write((byte[])reader[0]);
        }

        return all.ToArray();
    }

    /// <summary>The first deliveries with an ID, of whomever.</summary>
    public static async Task<IReadOnlyList<DeliveryRecord>> FindDeliveriesAsync(
        this IDocumentStore store, string id, int limit, CancellationToken cancellation) =>
    [
        .. await store.FindDeliveriesAsync(id, DeliveryPosition.First, limit, null, cancellation),
        .. await store.FindDeliveriesAsync(id, DeliveryPosition.FirstOfClients, limit, null, cancellation),
    ];

    /// <summary>The deliveries whose log ID or other IDs are this one, by our ID.</summary>
    public static async Task<IReadOnlyList<Guid>> OfLogAsync(string logId, string? connectionString = null)
    {
        await using var connection = await OpenAsync(connectionString);
        await using var command = new NpgsqlCommand("select delivery_id from delivery where log_id = $1 order by received_at", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = logId });
        await using var reader = await command.ExecuteReaderAsync();
        var ids = new List<Guid>();
        while (await reader.ReadAsync())
        {
            ids.Add(reader.GetGuid(0));
        }

        return ids;
    }

    /// <summary>How many deliveries came to this outcome.</summary>
    public static async Task<long> CountAsync(string outcome, string connectionString)
    {
        await using var connection = await OpenAsync(connectionString);
        await using var command = new NpgsqlCommand("select count(*) from delivery where outcome = $1", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = outcome });
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>How many versions a document has.</summary>
    public static async Task<long> CountVersionsAsync(string documentId)
    {
        await using var connection = await OpenAsync(null);
        await using var command = new NpgsqlCommand(
            "select count(*) from document_version v join document d using (shard_key, document_key) where d.document_id = $1", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = documentId });
        return (long)(await command.ExecuteScalarAsync())!;
    }

    // From Npgsql's own pool: another data source for each look would cost more than the look.
    private static async Task<NpgsqlConnection> OpenAsync(string? connectionString)
    {
        var connection = new NpgsqlConnection(connectionString ?? await TestDatabase.SharedAsync());
        await connection.OpenAsync();
        return connection;
    }
}
