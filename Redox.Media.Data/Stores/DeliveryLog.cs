using Dapper;
using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>The stories of deliveries and documents, out of the archive.</summary>
internal sealed class DeliveryLog(NpgsqlDataSource database, DatabaseResilience resilience) : IDeliveryLog
{
    public Task<IReadOnlyList<DeliveryRecord>> FindDeliveriesAsync(string id, int limit, CancellationToken cancellation)
    {
        var own = Guid.TryParse(id, out var guid) ? new DeliveryId(guid) : (DeliveryId?)null;
        return ReadDeliveriesAsync(
            Statements.FindDeliveries,
            cancellation,
            ("id", Parameter.Text(id)),
            ("hash", Parameter.Long(DeliveryIds.Hash(id))),
            ("delivery_id", Parameter.Uuid(own?.Value)),
            ("shard_key", Parameter.Long(own?.Shard)),
            ("limit", Parameter.Int(limit)));
    }

    public Task<IReadOnlyList<DeliveryRecord>> OtherAttemptsAsync(DeliveryRecord delivery, int limit, CancellationToken cancellation) =>
        delivery.LogId is null
            ? Task.FromResult<IReadOnlyList<DeliveryRecord>>([])
            : OthersAsync(delivery, limit, cancellation);

    public Task<DocumentHistory?> FindDocumentAsync(string source, string documentId, CancellationToken cancellation) =>
        resilience.RunAsync(
            async token =>
            {
                var key = DocumentKey.Of(source, documentId);
                await using var connection = await database.OpenConnectionAsync(token);
                var document = (await QueryAsync<DocumentRow>(connection, Statements.FindDocument, token, Keys(key))).SingleOrDefault();
                if (document is null)
                {
                    return null;
                }

                var versions = await QueryAsync<VersionRow>(connection, Statements.FindVersions, token, Keys(key));
                return document.ToTrace([.. versions.Select(version => version.ToTrace())]);
            },
            cancellation);

    private static (string, SqlValue)[] Keys(DocumentKey key) =>
        [("shard_key", Parameter.Long(key.Shard)), ("document_key", Parameter.Uuid(key.Key))];

    private async Task<IReadOnlyList<DeliveryRecord>> OthersAsync(DeliveryRecord delivery, int limit, CancellationToken cancellation)
    {
        var attempts = await ReadDeliveriesAsync(
            Statements.FindAttempts,
            cancellation,
            ("log_id", Parameter.Text(delivery.LogId)),
            ("hash", Parameter.Long(DeliveryIds.Hash(delivery.LogId!))),
            ("source", Parameter.Text(delivery.Source)),
            ("limit", Parameter.Int(limit + 1)));
        return [.. attempts.Where(attempt => attempt.Id != delivery.Id).Take(limit)];
    }

    private Task<IReadOnlyList<DeliveryRecord>> ReadDeliveriesAsync(
        SqlStatement statement, CancellationToken cancellation, params (string, SqlValue)[] parameters) =>
        resilience.RunAsync<IReadOnlyList<DeliveryRecord>>(
            async token =>
            {
                await using var connection = await database.OpenConnectionAsync(token);
                return [.. (await QueryAsync<DeliveryTraceRow>(connection, statement, token, parameters)).Select(row => row.ToTrace())];
            },
            cancellation);

    private static async Task<List<T>> QueryAsync<T>(
        NpgsqlConnection connection, SqlStatement statement, CancellationToken cancellation, params (string, SqlValue)[] parameters)
    {
        await using var command = statement.On(connection, parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var parse = reader.GetRowParser<T>();
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(parse(reader));
        }

        return rows;
    }
}
