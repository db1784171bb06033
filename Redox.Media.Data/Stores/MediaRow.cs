using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir;
using Redox.Media.Data.Integrity;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>A row of FhirReadBatch.sql or ReadFhirVersions.sql.</summary>
internal static class MediaRow
{
    /// <summary>The columns of one; further columns of a statement follow them.</summary>
    public const int Columns = 16;

    /// <exception cref="IntegrityException">The version is not the one that was received.</exception>
    public static FoundMedia Read(NpgsqlDataReader row)
    {
        var document = new DocumentKey(row.GetInt64(0), row.GetGuid(1));
        DeliveryId? version = row.IsDBNull(7) ? null : new DeliveryId(row.GetGuid(7));
        if (!row.IsDBNull(15))
        {
            throw new IntegrityException(IntegrityFailures.Parse(row.GetString(15)), document, version);
        }

        var media = Read(row, document, version);
        if (media is { Content: { } content, Version: { } current })
        {
            new StoredContent(document, current, media.ContentLength ?? 0, media.ContentChecksum).Check(content.Span);
        }

        return media;
    }

    private static FoundMedia Read(NpgsqlDataReader row, DocumentKey document, DeliveryId? version) => new()
    {
        Document = document,
        Source = PgText.Decode(row.GetString(2)),
        DocumentId = PgText.Decode(row.GetString(3)),
        ReplacedBy = row.IsDBNull(5) ? null : FhirId.Of(new DocumentKey(row.GetInt64(4), row.GetGuid(5))),
        LastUpdated = row.IsDBNull(6) ? null : row.GetFieldValue<DateTimeOffset>(6),
        Version = version,
        IsCurrent = !row.IsDBNull(8) && row.GetBoolean(8),
        ContentLength = row.IsDBNull(9) ? null : row.GetInt64(9),
        ContentChecksum = row.IsDBNull(10) ? null : row.GetInt64(10),
        ContentSha256 = row.IsDBNull(11) ? null : row.GetFieldValue<byte[]>(11),
        Envelope = Bytes(row, 12),
        Resource = Bytes(row, 13),
        Content = Bytes(row, 14),
    };

    // Not "? null :", whose type is a memory: null would become an empty one.
    private static ReadOnlyMemory<byte>? Bytes(NpgsqlDataReader row, int column)
    {
        if (row.IsDBNull(column))
        {
            return null;
        }

        return row.GetFieldValue<byte[]>(column);
    }
}
