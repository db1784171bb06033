using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>Reads the history of a document on the connections of the console.</summary>
internal sealed class PostgresDocumentChangeLog(ConsoleDatabase database) : IDocumentChangeLog
{
    /// <summary>Versions on a page. Two messages of up to 1 MiB are in memory at a time.</summary>
    public const int PageSize = 50;

    /// <summary>Documents of a chain in each direction, and steps.</summary>
    private const int MaxChain = 100, MaxSteps = 20;

    public async Task<DocumentChanges?> FindAsync(DocumentKey document, DeliveryId? after, CancellationToken cancellation)
    {
        if ((await FindAsync([document], cancellation)) is not [var found])
        {
            return null;
        }

        var versions = await database.ReadAsync(
            Statements.FindVersionChanges,
            [
                ("shard_key", Parameter.Long(document.Shard)), ("document_key", Parameter.Uuid(document.Key)),
                ("after", Parameter.Uuid(after?.Value)), ("limit", Parameter.Int(PageSize + 1)),
            ],
            ReadVersion,
            cancellation);
        return new DocumentChanges
        {
            Source = found.Source,
            DocumentId = found.Shown.DocumentId,
            Test = found.IsTest,
            State = found.Shown.State,
            EventTime = found.Shown.EventTime,
            Versions = [.. versions.Take(PageSize)],
            Next = versions.Count > PageSize ? versions[PageSize - 1].DeliveryId : null,
            Before = await FindBeforeAsync(document, cancellation),
            After = await FindAfterAsync(found, cancellation),
            IntegrityFailures = await database.ReadAsync(
                Statements.FindIntegrityFailures,
                [("shard_key", Parameter.Long(document.Shard)), ("document_key", Parameter.Uuid(document.Key))],
                ReadFailure,
                cancellation),
        };
    }

    private async Task<IReadOnlyList<ChainDocument>> FindAfterAsync(Found document, CancellationToken cancellation)
    {
        var chain = new List<ChainDocument>();
        while (document.ReplacedBy is { } next && chain.Count < MaxSteps && await FindAsync([next], cancellation) is [var successor])
        {
            chain.Add(successor.Shown);
            document = successor;
        }

        return chain;
    }

    private async Task<IReadOnlyList<ChainDocument>> FindBeforeAsync(DocumentKey document, CancellationToken cancellation)
    {
        var (seen, chain, last) = (new HashSet<DocumentKey> { document }, new List<Found>(), new List<DocumentKey> { document });
        for (var step = 0; step < MaxSteps && last.Count > 0 && chain.Count < MaxChain; step++)
        {
            var replaced = await database.ReadAsync(
                Statements.FindReplaced,
                [.. Keys(last), ("limit", Parameter.Int(MaxChain))],
                row => DocumentKey.Of(PgText.Decode(row.GetString(0)), PgText.Decode(row.GetString(1)), row.GetBoolean(2)),
                cancellation);
            last = [.. replaced.Where(seen.Add)];
            chain.InsertRange(0, await FindAsync(last, cancellation));
        }

        return [.. chain.Select(found => found.Shown)];
    }

    private async Task<List<Found>> FindAsync(List<DocumentKey> documents, CancellationToken cancellation) =>
        documents.Count == 0 ? [] : await database.ReadAsync(Statements.FindDocuments, Keys(documents), ReadDocument, cancellation);

    private static (string, SqlValue)[] Keys(List<DocumentKey> documents) =>
    [
        ("shard_keys", Parameter.Longs([.. documents.Select(document => document.Shard)])),
        ("document_keys", Parameter.Uuids(documents.Select(document => document.Key))),
    ];

    private static Found ReadDocument(NpgsqlDataReader row) => new(
        PgText.Decode(row.GetString(2)),
        row.GetBoolean(4),
        row.IsDBNull(7) ? null : new DocumentKey(row.GetInt64(7), row.GetGuid(8)),
        new ChainDocument
        {
            DocumentId = PgText.Decode(row.GetString(3)), State = row.GetString(5), EventTime = row.GetFieldValue<DateTimeOffset>(6),
            ReplacedBy = Text(row, 9),
        });

    private static VersionChanges ReadVersion(NpgsqlDataReader row)
    {
        var version = new VersionChanges
        {
            DeliveryId = new DeliveryId(row.GetGuid(0)),
            State = row.GetString(1),
            EventTime = row.GetFieldValue<DateTimeOffset>(2),
            LogId = Text(row, 3),
            ContentBytes = row.IsDBNull(4) ? null : row.GetInt64(4),
            ContentSha256 = Text(row, 5),
            IsCurrent = !row.IsDBNull(6) && row.GetBoolean(6),
            ComparedWith = row.IsDBNull(7) ? null : new DeliveryId(row.GetGuid(7)),
            IsContentChanged = row.IsDBNull(7) ? null : row.GetBoolean(8),
        };
        return version.With(Bytes(row, 9), Bytes(row, 10));
    }

    private static DocumentDamage ReadFailure(NpgsqlDataReader row) => new()
    {
        DeliveryId = new DeliveryId(row.GetGuid(0)), Failure = row.GetString(1), DetectedAt = row.GetFieldValue<DateTimeOffset>(2),
    };

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : PgText.Decode(row.GetString(column));

    private static byte[]? Bytes(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<byte[]>(column);

    private sealed record Found(string Source, bool IsTest, DocumentKey? ReplacedBy, ChainDocument Shown);
}
