using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Data.Integrity;

namespace Redox.Media.Data.Stores;

/// <summary>A row of a document that a query found, from QueryBatch.sql or SearchResult.sql.</summary>
internal static class FoundRow
{
    /// <param name="at">
    /// The column of the document's shard_key; its document_key, version and content_length follow it, then of the version that is returned
    /// inline document_key, delivery_id, content_length, content_checksum, envelope and content, which are null if none is.
    /// </param>
    /// <exception cref="IntegrityException">The inline version is not the one that was received.</exception>
    public static FoundDocument Read(NpgsqlDataReader reader, int at)
    {
        var document = new DocumentKey(reader.GetInt64(at), reader.GetGuid(at + 1));
        var version = new DeliveryId(reader.GetGuid(at + 2));
        var length = BigInt(reader, at + 3);
        return new FoundDocument(
            document, version, length, reader.IsDBNull(at + 5) ? null : ReadInline(reader, at + 4, document, version, length));
    }

    private static InlineVersion ReadInline(NpgsqlDataReader reader, int at, DocumentKey document, DeliveryId version, long? length)
    {
        if (reader.GetGuid(at) != document.Key || reader.GetGuid(at + 1) != version.Value)
        {
            throw new IntegrityException(IntegrityFailure.MissingVersion, document, version);
        }

        if (BigInt(reader, at + 2) != length)
        {
            throw new IntegrityException(IntegrityFailure.WrongLength, document, version);
        }

        var checksum = BigInt(reader, at + 3);
        var content = reader.IsDBNull(at + 5) ? null : reader.GetFieldValue<byte[]>(at + 5);
        if (content is not null)
        {
            new StoredContent(document, version, length ?? 0, checksum).Check(content);
        }

        return new InlineVersion(reader.GetFieldValue<byte[]>(at + 4), content, checksum);
    }

    private static long? BigInt(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);
}
