using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>The look-ups of support staff.</summary>
internal sealed partial class PostgresDocumentStore
{
    static PostgresDocumentStore() => RowTypes.Register();

    public Task<IReadOnlyList<DeliveryRecord>> FindDeliveriesAsync(
        string id, DeliveryPosition after, int limit, IReadOnlyList<string>? sources, CancellationToken cancellation)
    {
        var own = !after.OfClients && Guid.TryParse(id, out var guid) ? new DeliveryId(guid) : (DeliveryId?)null;
        return ReadDeliveriesAsync(
            Statements.FindDeliveries,
            cancellation,
            ("id", Parameter.Text(id)),
            ("hash", Parameter.Long(DeliveryIds.Hash(id, after.OfClients))),
            ("client_hash", Parameter.Long(after.OfClients ? null : DeliveryIds.Hash(id, isClient: true))),
            ("delivery_id", Parameter.Uuid(own?.Value)),
            ("shard_key", Parameter.Long(own?.Shard)),
            ("after_duplicate", Parameter.Bool(after.IsDuplicate)),
            ("after_at", Parameter.Time(after.At)),
            ("after_id", Parameter.Uuid(after.Id)),
            ("sources", Parameter.Texts(sources)),
            ("limit", Parameter.Int(limit)));
    }

    public Task<int> CountHiddenDeliveriesAsync(
        string id, int limit, IReadOnlyList<string> sources, CancellationToken cancellation)
    {
        var own = Guid.TryParse(id, out var guid) ? new DeliveryId(guid) : (DeliveryId?)null;
        return resilience.RunAsync(
            async (connection, _, token) =>
            {
                await using var command = Statements.CountHiddenDeliveries.On(
                    connection,
                    ("id", Parameter.Text(id)),
                    ("hashes", Parameter.Longs([DeliveryIds.Hash(id, isClient: false), DeliveryIds.Hash(id, isClient: true)])),
                    ("delivery_id", Parameter.Uuid(own?.Value)),
                    ("shard_key", Parameter.Long(own?.Shard)),
                    ("sources", Parameter.Texts(sources)),
                    ("limit", Parameter.Int(limit)));
                return (int)(await command.ExecuteScalarAsync(token))!;
            },
            cancellation);
    }

    public async Task<IReadOnlyList<DeliveryRecord>> OtherAttemptsAsync(DeliveryRecord delivery, int limit, CancellationToken cancellation)
    {
        if (delivery.LogId is not { } logId)
        {
            return [];
        }

        var attempts = await ReadDeliveriesAsync(
            Statements.FindAttempts,
            cancellation,
            ("log_id", Parameter.Text(logId)),
            ("hash", Parameter.Long(DeliveryIds.Hash(logId, delivery.Caller.StartsWith("client:", StringComparison.Ordinal)))),
            ("source", Parameter.Text(delivery.Source)),
            ("limit", Parameter.Int(limit + 1)));
        return [.. attempts.Where(attempt => attempt.DeliveryId != delivery.DeliveryId).Take(limit)];
    }

    public Task<DocumentHistory?> FindDocumentAsync(DocumentKey document, CancellationToken cancellation) =>
        resilience.RunAsync(
            async (connection, _, token) =>
            {
                var documents = await QueryAsync<DocumentHistory>(connection, Statements.FindDocument, token, Keys(document));
                if (documents is not [var found])
                {
                    return null;
                }

                var versions = await QueryAsync<DocumentVersion>(connection, Statements.FindVersions, token, Keys(document));
                var corrections = await QueryAsync<DocumentCorrection>(connection, Statements.FindCorrections, token, Keys(document));
                var failures = await QueryAsync<DocumentDamage>(connection, Statements.FindIntegrityFailures, token, Keys(document));
                var mayBeElsewhere = versions.Exists(version => version is { State: "current", ContentBytes: null });
                return found.Decode() with
                {
                    RemoteFiles = mayBeElsewhere ? await RemoteFileRecords.FindAsync(connection, document, token) : [],
                    Versions = [.. versions.Select(version => version.Decode())],
                    Corrections = [.. corrections.Select(correction => correction.Decode())],
                    IntegrityFailures = failures,
                };
            },
            cancellation);

    private static (string, SqlValue)[] Keys(DocumentKey key) =>
        [("shard_key", Parameter.Long(key.Shard)), ("document_key", Parameter.Uuid(key.Key))];

    private Task<IReadOnlyList<DeliveryRecord>> ReadDeliveriesAsync(
        SqlStatement statement, CancellationToken cancellation, params (string, SqlValue)[] parameters) =>
        resilience.RunAsync<IReadOnlyList<DeliveryRecord>>(
            async (connection, _, token) =>
            {
                var rows = await QueryAsync<DeliveryRecord>(connection, statement, token, parameters);
                return await RemoteFileRecords.AddAsync(connection, [.. rows.Select(row => row.Decode())], token);
            },
            cancellation);

    private static async Task<List<T>> QueryAsync<T>(
        NpgsqlConnection connection, SqlStatement statement, CancellationToken cancellation, params (string, SqlValue)[] parameters)
    {
        await using var command = statement.On(connection, parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await RowTypes.ReadAsync<T>(reader, cancellation);
    }
}
