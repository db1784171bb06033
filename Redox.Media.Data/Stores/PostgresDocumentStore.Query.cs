using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Queries;
using Redox.Media.Data.Batching;
using Redox.Media.Data.Integrity;

namespace Redox.Media.Data.Stores;

/// <summary>Queries, and the versions that they found.</summary>
internal sealed partial class PostgresDocumentStore
{
    public async Task<IReadOnlyList<FoundDocument>> SearchAsync(DocumentQuery query, Delivery delivery, CancellationToken cancellation)
    {
        var shared = QueryBatcher.Takes(query) ? await queries.ReadAsync(query, delivery, cancellation) : null;
        return shared ?? await integrity.WatchAsync(() => SearchAloneAsync(query, delivery, cancellation));
    }

    private async Task<IReadOnlyList<FoundDocument>> SearchAloneAsync(
        DocumentQuery query, Delivery delivery, CancellationToken cancellation)
    {
        using var turn = await shares.Searches.EnterAsync(delivery.Caller, cancellation);
        return await resilience.RunAsync<IReadOnlyList<FoundDocument>>(
            async (connection, _, token) =>
            {
                await using var command = SearchCommand.Make(connection, query, delivery);
                await using var reader = await SearchTimeout.ExecuteAsync(command, query.StatementTimeout, token);
                var found = new List<FoundDocument>();
                while (await reader.ReadAsync(token))
                {
                    found.Add(FoundRow.Read(reader, 0));
                }

                return found;
            },
            cancellation);
    }

    public async Task ReadContentAsync(Caller caller, FoundDocument found, IVersionWriter writer, CancellationToken cancellation)
    {
        using var content = new ContentReader(
            new StoredContent(found.Document, found.Version, found.ContentLength ?? 0, found.Inline?.ContentChecksum));
        await integrity.WatchAsync(
            () => sessions.ReadAsync(
                caller,
                ContentReader.MaxSlices,
                (session, token) => content.ReadAsync(session, slice => writer.SliceAsync(slice, cancellation), token),
                cancellation),
            found.Document,
            found.Version);
    }

    public async Task ReadAsync(
        Caller caller, IReadOnlyList<VersionRequest> versions, IVersionWriter writer, CancellationToken cancellation)
    {
        using var reader = new VersionReader(versions, writer, cancellation);
        await integrity.WatchAsync(() => sessions.ReadAsync(caller, VersionReader.MaxRows, reader.ReadAsync, cancellation));
    }
}
