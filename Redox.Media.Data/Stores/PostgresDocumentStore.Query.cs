using System.Data;
using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Queries;
using Redox.Media.Data.Batching;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>Queries, and the versions that they found.</summary>
internal sealed partial class PostgresDocumentStore
{
    public async Task<IReadOnlyList<FoundDocument>> SearchAsync(DocumentQuery query, Delivery delivery, CancellationToken cancellation)
    {
        var shared = QueryBatcher.Takes(query) ? await queries.ReadAsync(query, delivery, cancellation) : null;
        return shared ?? await SearchAloneAsync(query, delivery, cancellation);
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

    public Task ReadContentAsync(FoundDocument found, IVersionWriter writer, CancellationToken cancellation) =>
        ReadAsync((connection, buffer, to, token) => ReadContentAsync(connection, found, buffer, to, token), writer, cancellation);

    public Task ReadAsync(IReadOnlyList<VersionRequest> versions, IVersionWriter writer, CancellationToken cancellation) =>
        ReadAsync((connection, buffer, to, token) => ReadVersionsAsync(connection, versions, buffer, to, token), writer, cancellation);

    private Task ReadAsync(
        Func<NpgsqlConnection, ColumnBuffer, IVersionWriter, CancellationToken, Task> read, IVersionWriter writer,
            CancellationToken cancellation) =>
        sessions.ReadAsync(
            async (connection, call, token) =>
            {
                using var buffer = new ColumnBuffer();
                await read(connection, buffer, new LimitedVersionWriter(writer, call), token);
            },
            cancellation);

    private static async Task ReadContentAsync(
        NpgsqlConnection connection, FoundDocument found, ColumnBuffer buffer, IVersionWriter writer, CancellationToken cancellation)
    {
        if (found.ContentLength > EventRows.InlineBytes)
        {
            await ReadSlicesAsync(connection, found.Version, buffer, writer, cancellation);
            return;
        }

        await using var command = Statements.ReadContent.On(
            connection,
            ("shard_key", Parameter.Long(found.Document.Shard)),
            ("document_key", Parameter.Uuid(found.Document.Key)),
            ("delivery_id", Parameter.Uuid(found.Version.Value)));
        await CopyAsync(command, buffer, writer, cancellation);
    }

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
        VersionRequest? sliced = null;
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
                if (!await ReadVersionAsync(reader, wanted, buffer, writer, cancellation))
                {
                    sliced = wanted;
                    break;
                }
            }
        }

        if (sliced is { } version)
        {
            await ReadSlicesAsync(connection, version.Version, buffer, writer, cancellation);
            await writer.EndAsync(cancellation);
        }

        return at;
    }

    /// <summary>False when the version's file is stored in slices, which are read next.</summary>
    private static async Task<bool> ReadVersionAsync(
        NpgsqlDataReader reader, VersionRequest wanted, ColumnBuffer buffer, IVersionWriter writer, CancellationToken cancellation)
    {
        if (!await reader.ReadAsync(cancellation))
        {
            throw new InvalidDataException("The version of a document does not exist.");
        }

        await buffer.ReadAsync(reader, 0, cancellation);
        var hasContent = !await reader.IsDBNullAsync(1, cancellation) && wanted.WithContent;
        await writer.BeginAsync(buffer.Bytes, hasContent, cancellation);
        if (hasContent)
        {
            if (await reader.IsDBNullAsync(2, cancellation))
            {
                return false;
            }

            await buffer.ReadAsync(reader, 2, cancellation);
            await writer.SliceAsync(buffer.Bytes, cancellation);
        }

        await writer.EndAsync(cancellation);
        return true;
    }

    private static async Task ReadSlicesAsync(
        NpgsqlConnection connection, DeliveryId version, ColumnBuffer buffer, IVersionWriter writer, CancellationToken cancellation)
    {
        await using var command = Statements.ReadContentSlices.On(
            connection, ("shard_key", Parameter.Long(version.Shard)), ("delivery_id", Parameter.Uuid(version.Value)));
        await CopyAsync(command, buffer, writer, cancellation);
    }

    private static async Task CopyAsync(NpgsqlCommand command, ColumnBuffer buffer, IVersionWriter writer, CancellationToken cancellation)
    {
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            await buffer.ReadAsync(reader, 0, cancellation);
            await writer.SliceAsync(buffer.Bytes, cancellation);
        }
    }
}
