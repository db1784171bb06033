using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Redox.Media.Core.Documents;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>
/// Gives documents of earlier versions of the archive the search keys and the time of making that they would have if they came today. Page by
/// page, each in a transaction of its own that also says how far it came: it may be broken off at any time, and several instances may work at it.
/// </summary>
internal sealed class SearchKeyBackfill(NpgsqlDataSource database)
{
    /// <summary>The row of table backfill.</summary>
    public const string Name = "search keys";

    private const int PageDocuments = 100;

    /// <summary>A document that somebody else holds is not waited for: the page is tried again later.</summary>
    private const string Timeout = "1ms";

    /// <returns>Documents that were looked at; 0 when nothing is left to do.</returns>
    public async Task<int> NextPageAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var page = await ReadAsync(connection, cancellation);
        await (page.Count == 0 ? EndAsync(connection, cancellation) : WriteAsync(connection, page, cancellation));
        await transaction.CommitAsync(cancellation);
        return page.Count;
    }

    private static async Task<List<Earlier>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = Statements.BackfillPage.On(connection, ("name", Parameter.Text(Name)), ("count", Parameter.Int(PageDocuments)));
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var page = new List<Earlier>();
        while (await reader.ReadAsync(cancellation))
        {
            page.Add(new Earlier(
                reader.GetInt64(0), reader.GetGuid(1), reader.GetGuid(2), await reader.IsDBNullAsync(3, cancellation) ? null : Fields(reader.GetFieldValue<byte[]>(3))));
        }

        return page;
    }

    private static async Task WriteAsync(NpgsqlConnection connection, List<Earlier> page, CancellationToken cancellation)
    {
        var known = page.Where(document => document.Fields is not null).ToList();
        var search = Columns.Parts(known, document => document.Fields!.LookupKeys(), NpgsqlDbType.Uuid);
        await ExecuteAsync(
            Statements.LockDocuments.On(
                connection, ("shard_keys", Parameter.Longs([.. known.Select(document => document.Shard)])), ("patience", Parameter.Text(Timeout))),
            cancellation);
        await ExecuteAsync(
            Statements.BackfillDocuments.On(
                connection,
                ("shard_keys", Columns.Of(known, document => document.Shard, NpgsqlDbType.Bigint)),
                ("document_keys", Columns.Of(known, document => document.Key, NpgsqlDbType.Uuid)),
                ("versions", Columns.Of(known, document => document.Version, NpgsqlDbType.Uuid)),
                ("created_from", Columns.Of(known, document => document.Fields!.Created?.From.UtcDateTime, NpgsqlDbType.TimestampTz)),
                ("created_to", Columns.Of(known, document => document.Fields!.Created?.To.UtcDateTime, NpgsqlDbType.TimestampTz)),
                ("lookup_keys", search.Values),
                ("lookup_from", search.From),
                ("lookup_to", search.To),
                ("name", Parameter.Text(Name)),
                ("last_shard", Parameter.Long(page[^1].Shard)),
                ("last_key", Parameter.Uuid(page[^1].Key))),
            cancellation);
    }

    private static Task EndAsync(NpgsqlConnection connection, CancellationToken cancellation) =>
        ExecuteAsync(Statements.EndBackfill.On(connection, ("name", Parameter.Text(Name))), cancellation);

    private static async Task ExecuteAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        await using (command)
        {
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    // An envelope that cannot be read any more is as good as none: it must not hold up the others.
    private static DocumentFields? Fields(byte[] envelope)
    {
        try
        {
            using var document = JsonDocument.Parse(envelope);
            return DocumentFields.Read(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Earlier(long Shard, Guid Key, Guid Version, DocumentFields? Fields);
}
