using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;

namespace Redox.Media.Data.Stores;

/// <summary>A row of a document that a query found, from QueryBatch.sql or SearchResult.sql.</summary>
internal static class FoundRow
{
    /// <param name="at">The column of shard_key; document_key, version, content_length, envelope and content follow it.</param>
    public static FoundDocument Read(NpgsqlDataReader reader, int at) => new(
        new DocumentKey(reader.GetInt64(at), reader.GetGuid(at + 1)),
        new DeliveryId(reader.GetGuid(at + 2)),
        reader.IsDBNull(at + 3) ? null : reader.GetInt64(at + 3),
        reader.IsDBNull(at + 4)
            ? null
            : new InlineVersion(reader.GetFieldValue<byte[]>(at + 4), reader.IsDBNull(at + 5) ? null
                : reader.GetFieldValue<byte[]>(at + 5)));
}
