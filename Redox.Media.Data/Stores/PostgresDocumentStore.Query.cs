using System.Data;
using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Queries;
using Redox.Media.Data.Batching;
using Redox.Media.Data.Integrity;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>Queries, and the versions that they found.</summary>
internal sealed partial class PostgresDocumentStore
{
    public async Task<IReadOnlyList<FoundDocument>> SearchAsync(DocumentQuery query, Delivery delivery, CancellationToken cancellation)
    {
        var shared = QueryBatcher.Takes(query) ? await queries.ReadAsync(query, delivery, cancellation) : null;
        return shared ?? await integrity.WatchAsync(() => SearchAloneAsync(query, delivery, cancellation));
    }

    private Task<IReadOnlyList<FoundDocument>> SearchAloneAsync(DocumentQuery query, Delivery delivery, CancellationToken cancellation) =>
        resilience.RunAsync<IReadOnlyList<FoundDocument>>(
            async (connection, _, token) =>
            {
                await using var command = SearchCommand.Make(connection, query, delivery);
                await using var reader = await command.ExecuteReaderAsync(token);
                var found = new List<FoundDocument>();
                while (await reader.ReadAsync(token))
                {
                    found.Add(FoundRow.Read(reader, 0));
                }

                return found;
            },
            cancellation);

    public Task ReadContentAsync(FoundDocument found, IVersionWriter writer, CancellationToken cancellation)
    {
        var content = new StoredContent(found.Document, found.Version, found.ContentLength ?? 0, found.Inline?.ContentChecksum);
        return ReadAsync(
            (connection, buffer, to, token) => ContentReader.ReadAsync(connection, content, buffer, to.SliceAsync, token),
            writer,
            found.Document,
            found.Version,
            cancellation);
    }

    public Task ReadAsync(IReadOnlyList<VersionRequest> versions, IVersionWriter writer, CancellationToken cancellation) =>
        ReadAsync(
            (connection, buffer, to, token) => ReadVersionsAsync(connection, versions, buffer, to, token),
            writer,
            document: null,
            version: null,
            cancellation);

    private Task ReadAsync(
        Func<NpgsqlConnection, ColumnBuffer, IVersionWriter, CancellationToken, Task> read, IVersionWriter writer, DocumentKey? document,
            DeliveryId? version, CancellationToken cancellation) =>
        integrity.WatchAsync(
            () => sessions.ReadAsync(
                async (connection, call, token) =>
                {
                    using var buffer = new ColumnBuffer();
                    await read(connection, buffer, new LimitedVersionWriter(writer, call), token);
                },
                cancellation),
            document,
            version);

    private static async Task ReadVersionsAsync(
        NpgsqlConnection connection, IReadOnlyList<VersionRequest> versions, ColumnBuffer buffer, IVersionWriter writer,
            CancellationToken cancellation)
    {
        var at = 0;
        while (at < versions.Count)
        {
            at = await ReadPageAsync(connection, versions, at, buffer, writer, cancellation);
        }
    }

    // Reads rows until the first file that is stored in slices: a connection reads one result at a time, so that file ends the page.
    private static async Task<int> ReadPageAsync(
        NpgsqlConnection connection, IReadOnlyList<VersionRequest> versions, int at, ColumnBuffer buffer, IVersionWriter writer,
            CancellationToken cancellation)
    {
        const int PageVersions = 64; // a page costs a round trip; more would only make the arrays longer
        StoredContent? sliced = null;
        var page = versions.Skip(at).Take(PageVersions).ToArray();
        await using (var command = Statements.ReadVersions.On(
            connection,
            ("shard_keys", Parameter.Longs([.. page.Select(v => v.Document.Shard)])),
            ("document_keys", Parameter.Uuids(page.Select(v => v.Document.Key))),
            ("delivery_ids", Parameter.Uuids(page.Select(v => v.Version.Value))),
            ("with_content", Parameter.Of(page.Select(v => v.WithContent).ToArray(),
                NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Boolean))))
        {
            await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellation);
            foreach (var wanted in page)
            {
                at++;
                sliced = await ReadVersionAsync(reader, wanted, buffer, writer, cancellation);
                if (sliced is not null)
                {
                    break;
                }
            }
        }

        if (sliced is { } content)
        {
            await ContentReader.ReadSlicesAsync(connection, content, buffer, writer.SliceAsync, cancellation);
            await writer.EndAsync(cancellation);
        }

        return at;
    }

    /// <summary>Returns the file if it is stored in slices, which are read next; else null.</summary>
    private static async Task<StoredContent?> ReadVersionAsync(
        NpgsqlDataReader reader, VersionRequest wanted, ColumnBuffer buffer, IVersionWriter writer, CancellationToken cancellation)
    {
        // The row says whose it is: rows and versions are never paired by their position alone.
        if (!await reader.ReadAsync(cancellation) || await reader.IsDBNullAsync(0, cancellation)
            || reader.GetGuid(0) != wanted.Document.Key || reader.GetGuid(1) != wanted.Version.Value)
        {
            throw new IntegrityException(IntegrityFailure.MissingVersion, wanted.Document, wanted.Version);
        }

        long? length = await reader.IsDBNullAsync(2, cancellation) ? null : reader.GetInt64(2);
        if (length != wanted.ContentLength)
        {
            throw new IntegrityException(IntegrityFailure.WrongLength, wanted.Document, wanted.Version);
        }

        long? checksum = await reader.IsDBNullAsync(3, cancellation) ? null : reader.GetInt64(3);
        await buffer.ReadAsync(reader, 4, cancellation);
        var hasContent = length is not null && wanted.WithContent;
        await writer.BeginAsync(buffer.Bytes, hasContent, cancellation);
        if (hasContent)
        {
            var content = new StoredContent(wanted.Document, wanted.Version, length!.Value, checksum);
            if (await reader.IsDBNullAsync(5, cancellation))
            {
                return content;
            }

            await buffer.ReadAsync(reader, 5, cancellation);
            content.Check(buffer.Bytes.Span);
            await writer.SliceAsync(buffer.Bytes, cancellation);
        }

        await writer.EndAsync(cancellation);
        return null;
    }
}
