using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir;
using Redox.Media.Core.Fhir.Mapping;
using Redox.Media.Core.Fhir.Search;
using Redox.Media.Data.Batching;
using Redox.Media.Data.Integrity;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>What FHIR clients read and search.</summary>
internal sealed partial class PostgresDocumentStore
{
    public async Task<FoundMedia?> FindAsync(FhirRead read, Delivery delivery, CancellationToken cancellation)
    {
        var request = new FhirReadRequest(read, delivery);
        return await reads.ReadAsync(request, cancellation) is { } result
            ? result.Media
            : await integrity.WatchAsync(() => FindAloneAsync(request, cancellation));
    }

    private Task<FoundMedia?> FindAloneAsync(FhirReadRequest request, CancellationToken cancellation) =>
        resilience.RunAsync(
            (connection, _, token) => FhirReadBatcher.ReadAloneAsync(connection, request, token), cancellation);

    public async Task<MediaPage?> SearchAsync(FhirSearch search, Delivery delivery, CancellationToken cancellation)
    {
        using var turn = await shares.Searches.EnterAsync(delivery.Caller, cancellation);
        return await resilience.RunAsync((connection, _, token) => SearchAsync(connection, search, delivery, token), cancellation);
    }

    public Task ReadAsync(
        Caller caller, IReadOnlyList<MediaKey> found, Func<FoundMedia, CancellationToken, ValueTask> take, CancellationToken cancellation)
    {
        var at = 0;
        return integrity.WatchAsync(() => sessions.ReadAsync(
            caller,
            FhirSearch.MaxCount,
            async (session, token) =>
            {
                at += await ReadMediaAsync(session, [.. found.Skip(at).Take(session.MaxRows)], media => take(media, cancellation), token);
                return at == found.Count;
            },
            cancellation));
    }

    public async Task ReadContentAsync(
        Caller caller, FoundMedia media, long from, long count, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> take,
            CancellationToken cancellation)
    {
        var version = media.Version!.Value;
        var content = new StoredContent(media.Document, version, media.ContentLength!.Value, media.ContentChecksum);
        using var whole = new ContentReader(content);
        var range = new ContentRangeReader(content, from, count);
        await integrity.WatchAsync(
            () => sessions.ReadAsync(
                caller,
                ContentReader.MaxSlices,
                (session, token) => count == content.Length
                    ? whole.ReadAsync(session, slice => take(slice, cancellation), token)
                    : range.ReadAsync(session, slice => take(slice, cancellation), token),
                cancellation),
            media.Document,
            version);
    }

    /// <summary>Reads documents as long as the client keeps up; returns how many were handed out.</summary>
    private static async Task<int> ReadMediaAsync(
        ReadSession session, MediaKey[] found, Func<FoundMedia, ValueTask> take, CancellationToken cancellation)
    {
        await using var command = Statements.ReadFhirVersions.On(
            session.Connection,
            ("shard_keys", Parameter.Longs([.. found.Select(media => media.Document.Shard)])),
            ("document_keys", Parameter.Uuids(found.Select(media => media.Document.Key))),
            ("delivery_ids", Parameter.Uuids(found.Select(media => media.Version.Value))));
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        for (var at = 0; at < found.Length; at++)
        {
            var wanted = found[at];
            var media = await reader.ReadAsync(cancellation) ? MediaRow.Read(reader) : null;
            if (media?.Document != wanted.Document || media.Version != wanted.Version)
            {
                throw new IntegrityException(IntegrityFailure.MissingVersion, wanted.Document, wanted.Version);
            }

            if (!await session.WriteAsync(() => take(media)))
            {
                return at + 1;
            }
        }

        return found.Length;
    }

    private static async Task<MediaPage?> SearchAsync(
        NpgsqlConnection connection, FhirSearch search, Delivery delivery, CancellationToken cancellation)
    {
        if (search.HasSelectiveCriterion)
        {
            return await UseIndexAsync(connection, search, delivery, record: true, cancellation);
        }

        if (search.NeedsTotal)
        {
            return search.CanUseIndex ? await UseIndexAsync(connection, search, delivery, record: true, cancellation) : null;
        }

        return await ScanAsync(connection, search, delivery, allowFallback: search.CanUseIndex, cancellation)
            ?? await UseIndexAsync(connection, search, delivery, record: true, cancellation)
            ?? await ScanAsync(connection, search, delivery, allowFallback: false, cancellation);
    }

    private static async Task<MediaPage?> ScanAsync(
        NpgsqlConnection connection, FhirSearch search, Delivery delivery, bool allowFallback, CancellationToken cancellation)
    {
        await using var batch = FhirSearchCommand.ByLastUpdated(connection, search, delivery, allowFallback);
        return await ReadPageAsync(batch, search, cancellation);
    }

    private static async Task<MediaPage?> UseIndexAsync(
        NpgsqlConnection connection, FhirSearch search, Delivery delivery, bool record, CancellationToken cancellation)
    {
        await using var batch = FhirSearchCommand.ByIndex(connection, search, delivery, record);
        return await ReadPageAsync(batch, search, cancellation);
    }

    /// <summary>Reads the rows of either statement; null when the search was abandoned.</summary>
    private static async Task<MediaPage?> ReadPageAsync(NpgsqlBatch batch, FhirSearch search, CancellationToken cancellation)
    {
        await using var reader = await SearchTimeout.ExecuteAsync(batch, search.StatementTimeout, cancellation);
        for (var before = batch.BatchCommands.Count; before > 1; before--)
        {
            await reader.NextResultAsync(cancellation);
        }

        var found = new List<MediaKey>();
        int? total = null;
        PagePosition? scanEnd = null, last = null;
        var isAbandoned = false;
        while (await reader.ReadAsync(cancellation))
        {
            total = reader.IsDBNull(0) ? null : (int)reader.GetInt64(0);
            scanEnd = reader.IsDBNull(5) ? null : new PagePosition(reader.GetFieldValue<DateTimeOffset>(5), reader.GetGuid(6));
            isAbandoned = reader.GetBoolean(7);
            if (!reader.IsDBNull(1))
            {
                var document = new DocumentKey(reader.GetInt64(1), reader.GetGuid(2));
                found.Add(new MediaKey(document, new DeliveryId(reader.GetGuid(3))));
                if (found.Count == search.Count)
                {
                    last = new PagePosition(reader.GetFieldValue<DateTimeOffset>(4), document.Key);
                }
            }
        }

        if (isAbandoned)
        {
            return null;
        }

        if (found.Count <= search.Count)
        {
            return new MediaPage(found, total, search.Count == 0 ? null : scanEnd);
        }

        // One document more than requested was read, to know whether another page follows.
        found.RemoveAt(found.Count - 1);
        return new MediaPage(found, total, last);
    }
}
