using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir;
using Redox.Media.Core.Fhir.Mapping;
using Redox.Media.Core.Fhir.Search;
using Redox.Media.Data.Batching;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>The archive in PostgreSQL, as FHIR clients see it: the reading half.</summary>
internal sealed partial class FhirStore(NpgsqlDataSource database, DatabaseResilience resilience, FhirReadBatcher reads, ReadSessions sessions) : IFhirStore
{
    public async Task<FoundMedia?> FindAsync(FhirRead read, Delivery delivery, CancellationToken cancellation)
    {
        var question = new FhirReadRequest(read, delivery);
        return await reads.AskAsync(question, cancellation) is { } answer ? answer.Media : await FindAloneAsync(question, cancellation);
    }

    private Task<FoundMedia?> FindAloneAsync(FhirReadRequest question, CancellationToken cancellation) =>
        resilience.RunAsync(
            async token =>
            {
                await using var connection = await database.OpenConnectionAsync(token);
                return await FhirReadBatcher.AskAloneAsync(connection, question, token);
            },
            cancellation);

    public Task<MediaPage?> SearchAsync(FhirSearch search, Delivery delivery, CancellationToken cancellation) =>
        resilience.RunAsync(
            async token =>
            {
                await using var connection = await database.OpenConnectionAsync(token);
                return await SearchAsync(connection, search, delivery, token);
            },
            cancellation);

    public Task ReadAsync(IReadOnlyList<MediaKey> found, Func<FoundMedia, CancellationToken, ValueTask> take, CancellationToken cancellation) =>
        sessions.ReadAsync(
            async (connection, call, token) =>
            {
                await using var command = Statements.FhirResources.On(
                    connection,
                    ("shard_keys", Parameter.Longs([.. found.Select(media => media.Document.Shard)])),
                    ("document_keys", Parameter.Uuids(found.Select(media => media.Document.Key))),
                    ("delivery_ids", Parameter.Uuids(found.Select(media => media.Version.Value))));
                await using var reader = await command.ExecuteReaderAsync(token);
                while (await reader.ReadAsync(token))
                {
                    var media = MediaRow.Read(reader);
                    await call.OutsideAsync(() => take(media, token));
                }
            },
            cancellation);

    public Task ReadContentAsync(
        FoundMedia media, long from, long count, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> take, CancellationToken cancellation) =>
        sessions.ReadAsync(
            async (connection, call, token) =>
            {
                await using var command = Statements.FhirContent.On(
                    connection,
                    ("shard_key", Parameter.Long(media.Document.Shard)),
                    ("document_key", Parameter.Uuid(media.Document.Key)),
                    ("delivery_id", Parameter.Uuid(media.Version!.Value.Value)),
                    ("from", Parameter.Long(from)),
                    ("count", Parameter.Long(count)));
                await using var reader = await command.ExecuteReaderAsync(System.Data.CommandBehavior.SequentialAccess, token);
                using var buffer = new ColumnBuffer();
                while (await reader.ReadAsync(token))
                {
                    await buffer.ReadAsync(reader, 0, token);
                    await call.OutsideAsync(() => take(buffer.Bytes, token));
                }
            },
            cancellation);

    private static async Task<MediaPage?> SearchAsync(NpgsqlConnection connection, FhirSearch search, Delivery delivery, CancellationToken cancellation)
    {
        if (search.HasSelectiveCriterion)
        {
            return await LeadAsync(connection, search, delivery, leaveRow: true, cancellation);
        }

        if (search.NeedsTotal)
        {
            return search.CanUseIndex ? await LeadAsync(connection, search, delivery, leaveRow: true, cancellation) : null;
        }

        return await WalkAsync(connection, search, delivery, mayGiveUp: search.CanUseIndex, cancellation)
            ?? await LeadAsync(connection, search, delivery, leaveRow: true, cancellation)
            ?? await WalkAsync(connection, search, delivery, mayGiveUp: false, cancellation);
    }

    private static async Task<MediaPage?> WalkAsync(
        NpgsqlConnection connection, FhirSearch search, Delivery delivery, bool mayGiveUp, CancellationToken cancellation)
    {
        await using var command = FhirSearchCommand.Walk(connection, search, delivery, mayGiveUp);
        return await ReadPageAsync(command, search, cancellation);
    }

    private static async Task<MediaPage?> LeadAsync(
        NpgsqlConnection connection, FhirSearch search, Delivery delivery, bool leaveRow, CancellationToken cancellation)
    {
        await using var command = FhirSearchCommand.Lead(connection, search, delivery, leaveRow);
        return await ReadPageAsync(command, search, cancellation);
    }

    /// <summary>Reads the rows of either statement; null when it gave up.</summary>
    private static async Task<MediaPage?> ReadPageAsync(NpgsqlCommand command, FhirSearch search, CancellationToken cancellation)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var found = new List<MediaKey>();
        int? total = null;
        PagePosition? walkedTo = null;
        var gaveUp = false;
        while (await reader.ReadAsync(cancellation))
        {
            total = reader.IsDBNull(0) ? null : (int)reader.GetInt64(0);
            walkedTo = reader.IsDBNull(4) ? null : new PagePosition(reader.GetGuid(4), reader.GetGuid(5));
            gaveUp = reader.GetBoolean(6);
            if (!reader.IsDBNull(1))
            {
                found.Add(new MediaKey(new DocumentKey(reader.GetInt64(1), reader.GetGuid(2)), new DeliveryId(reader.GetGuid(3))));
            }
        }

        if (gaveUp)
        {
            return null;
        }

        if (found.Count <= search.Count)
        {
            return new MediaPage(found, total, search.Count == 0 ? null : walkedTo);
        }

        // One more than asked for was read, to know that there is one.
        found.RemoveAt(found.Count - 1);
        return new MediaPage(found, total, found.Count == 0 ? null : new PagePosition(found[^1].Version.Value, found[^1].Document.Key));
    }
}
