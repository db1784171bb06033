using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Convergence;

/// <summary>What the table says of a delivery.</summary>
internal sealed record DeliveryFacts(Guid Id, string Outcome, DateTimeOffset ReceivedAt, string Fingerprint, bool IsApplied);

/// <summary>Looks into the tables themselves.</summary>
internal sealed class ArchiveView(NpgsqlDataSource database)
{
    /// <summary>The deliveries of the given IDs.</summary>
    public async Task<Dictionary<Guid, DeliveryFacts>> DeliveriesAsync(IEnumerable<Guid> ids)
    {
        await using var command = database.CreateCommand(
            """
            select d.delivery_id, d.outcome, d.received_at, encode(d.fingerprint, 'hex'),
              d.idempotency_key is not null and d.outcome <> 'duplicate'
            from unnest($1, $2) as wanted (shard_key, delivery_id)
            join delivery d using (shard_key, delivery_id)
            """);
        var keys = ids.Distinct().ToArray();
        command.Parameters.AddWithValue(keys.Select(id => new Redox.Media.Core.Deliveries.DeliveryId(id).Shard).ToArray());
        command.Parameters.AddWithValue(keys);
        var found = new Dictionary<Guid, DeliveryFacts>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            found.Add(reader.GetGuid(0), new DeliveryFacts(
                reader.GetGuid(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2), reader.IsDBNull(3)
                    ? "" : reader.GetString(3), reader.GetBoolean(4)));
        }

        return found;
    }

    /// <summary>
    /// The register's rows of (source, DocumentID), test and production, each as state, event time, fingerprint and successor; and no
    /// others with them.
    /// </summary>
    public async Task<Dictionary<ModelDocument, string>> DocumentsAsync(
        IEnumerable<string> sources, IEnumerable<string> documents)
    {
        await using var command = database.CreateCommand(
            """
            select d.source, d.document_id, d.state, to_char(d.event_time at time zone 'UTC', 'HH24:MI:SS.US'),
            encode(d.fingerprint, 'hex'), s.document_id, d.is_test
            from document d
            left join document s on s.shard_key = d.replaced_by_shard and s.document_key = d.replaced_by_key
            where d.shard_key = any ($1)
            """);
        bool[] tests = [false, true];
        var keys = from source in sources from id in documents from test in tests select DocumentKey.Of(source, id, test).Shard;
        command.Parameters.AddWithValue(keys.ToArray());
        var found = new Dictionary<ModelDocument, string>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            found.Add(
                new ModelDocument(reader.GetString(0), reader.GetString(1), reader.GetBoolean(6)),
                $"{reader.GetString(2)} {reader.GetString(3)} {reader.GetString(4)} {(reader.IsDBNull(5) ? "" : reader.GetString(5))}");
        }

        return found;
    }
}
