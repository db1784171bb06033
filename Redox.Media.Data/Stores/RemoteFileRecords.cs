using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.RemoteFiles;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>Reads what the look-ups of staff show of remote files.</summary>
internal static class RemoteFileRecords
{
    private const int MaxTries = 50;

    /// <summary>The deliveries, those with their files whose messages may name one at another host.</summary>
    public static async Task<IReadOnlyList<DeliveryRecord>> AddAsync(
        NpgsqlConnection connection, IReadOnlyList<DeliveryRecord> deliveries, CancellationToken cancellation)
    {
        var possible = deliveries
            .Where(one => one is { ContentBytes: null, EventTime: not null, DocumentId: not null }
                && one.EventType?.Equals(nameof(DocumentEventKind.Delete), StringComparison.OrdinalIgnoreCase) != true)
            .Select(one => (DocumentKey.Of(one.Source, one.DocumentId!, one.Test), (DeliveryId?)one.DeliveryId))
            .ToList();
        if (possible.Count == 0)
        {
            return deliveries;
        }

        var files = (await FindAsync(connection, possible, cancellation)).ToDictionary(file => file.DeliveryId);
        if (files.Count == 1)
        {
            var only = files.Values.Single();
            files[only.DeliveryId] = only with { LastTries = await TriesAsync(connection, only.DeliveryId, cancellation) };
        }

        return files.Count == 0
            ? deliveries : [.. deliveries.Select(one => one with { RemoteFile = files.GetValueOrDefault(one.DeliveryId) })];
    }

    /// <summary>All of a document, oldest first.</summary>
    public static Task<List<RemoteFileRecord>> FindAsync(
        NpgsqlConnection connection, DocumentKey document, CancellationToken cancellation) =>
        FindAsync(connection, [(document, null)], cancellation);

    private static async Task<List<RemoteFileRecord>> FindAsync(
        NpgsqlConnection connection, IReadOnlyList<(DocumentKey Document, DeliveryId? Version)> versions, CancellationToken cancellation)
    {
        await using var command = Statements.FindRemoteFiles.On(
            connection,
            ("shard_keys", Parameter.Longs([.. versions.Select(one => one.Document.Shard)])),
            ("document_keys", Parameter.Uuids(versions.Select(one => one.Document.Key))),
            ("delivery_ids", Parameter.Of(
                versions.Select(one => one.Version?.Value).ToArray(), NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Uuid)));
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await RowTypes.ReadAsync<RemoteFileRecord>(reader, cancellation);
    }

    private static async Task<List<RemoteFileTry>> TriesAsync(
        NpgsqlConnection connection, DeliveryId version, CancellationToken cancellation)
    {
        await using var command = Statements.FindRemoteFileTries.On(
            connection, ("shard_key", Parameter.Long(version.Shard)), ("delivery_id", Parameter.Uuid(version.Value)),
            ("limit", Parameter.Int(MaxTries)));
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await RowTypes.ReadAsync<RemoteFileTry>(reader, cancellation);
    }
}
