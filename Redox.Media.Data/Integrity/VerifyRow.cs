using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Integrity;

/// <summary>A row of VerifyDocuments.sql: a version with its document, either of which may be missing.</summary>
internal sealed record VerifyRow
{
    public required DocumentKey Document { get; init; }

    public bool HasDocument { get; private init; }

    public string? Source { get; private init; }

    public string? DocumentId { get; private init; }

    /// <summary>The document's current version.</summary>
    public DeliveryId? Current { get; private init; }

    public long? DocumentContentLength { get; private init; }

    public DeliveryId? Version { get; private init; }

    public long? ContentLength { get; private init; }

    public long? ContentChecksum { get; private init; }

    public byte[]? ContentSha256 { get; private init; }

    public static VerifyRow Read(NpgsqlDataReader row) => new()
    {
        Document = new DocumentKey(row.GetInt64(0), row.GetGuid(1)),
        HasDocument = row.GetBoolean(2),
        Source = row.IsDBNull(3) ? null : PgText.Decode(row.GetString(3)),
        DocumentId = row.IsDBNull(4) ? null : PgText.Decode(row.GetString(4)),
        Current = row.IsDBNull(5) ? null : new DeliveryId(row.GetGuid(5)),
        DocumentContentLength = row.IsDBNull(6) ? null : row.GetInt64(6),
        Version = row.IsDBNull(7) ? null : new DeliveryId(row.GetGuid(7)),
        ContentLength = row.IsDBNull(8) ? null : row.GetInt64(8),
        ContentChecksum = row.IsDBNull(9) ? null : row.GetInt64(9),
        ContentSha256 = row.IsDBNull(10) ? null : row.GetFieldValue<byte[]>(10),
    };

    // A version without a digest is compared with an empty one, which no file has.
    public StoredContent Content(long length) => new(Document, Version!.Value, length, ContentChecksum, ContentSha256 ?? []);
}
