using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>A row of FhirReadBatch.sql or ReadFhirVersions.sql.</summary>
internal static class MediaRow
{
    /// <summary>The columns of one; further columns of a statement follow them.</summary>
    public const int Columns = 13;

    public static FoundMedia Read(NpgsqlDataReader row) => new()
    {
        Document = new DocumentKey(row.GetInt64(0), row.GetGuid(1)),
        Source = PgText.Decode(row.GetString(2)),
        DocumentId = PgText.Decode(row.GetString(3)),
        ReplacedBy = row.IsDBNull(5) ? null : FhirId.Of(new DocumentKey(row.GetInt64(4), row.GetGuid(5))),
        Version = row.IsDBNull(6) ? null : new DeliveryId(row.GetGuid(6)),
        IsCurrent = !row.IsDBNull(7) && row.GetBoolean(7),
        ContentLength = row.IsDBNull(8) ? null : row.GetInt64(8),
        ContentSha256 = row.IsDBNull(9) ? null : row.GetFieldValue<byte[]>(9),
        Envelope = Bytes(row, 10),
        Resource = Bytes(row, 11),
        Content = Bytes(row, 12),
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
