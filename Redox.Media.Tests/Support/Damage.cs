using Npgsql;

namespace Redox.Media.Tests.Support;

/// <summary>Damages the stored bytes of a document's current version, past the service. The names say what is done.</summary>
internal static class Damage
{
    private const string Document = "d.source = $1 and d.document_id = $2";
    private const string Slice = $"{Document} and s.shard_key = d.shard_key and s.delivery_id = d.version";
    private const string Version =
        $"{Document} and v.shard_key = d.shard_key and v.document_key = d.document_key and v.delivery_id = d.version";

    /// <summary>A place in the bytes that differs from document to document.</summary>
    private const string Place = "(hashtext(d.document_id) & 2147483647) % octet_length(bytes)";

    private const string InlinePlace = "(hashtext(d.document_id) & 2147483647) % octet_length(content)";

    private const string ChecksumChanged =
        $"update document_version v set content_checksum = content_checksum # 1 from document d where {Version}";

    private const string ChecksumLost = $"update document_version v set content_checksum = null from document d where {Version}";

    /// <summary>Of a file of any length. Only the verification of the archive compares it.</summary>
    public const string OfSha256 = $"update document_version v set content_sha256 = sha256('another') from document d where {Version}";

    /// <summary>For a file in slices.</summary>
    public static readonly IReadOnlyDictionary<string, string> OfSlices = new Dictionary<string, string>
    {
        ["a changed byte"] =
            $"update content_slice s set bytes = set_byte(bytes, {Place}, get_byte(bytes, {Place}) # 1) from document d "
            + $"where {Slice} and slice = 1",
        ["the first slice lost"] = $"delete from content_slice s using document d where {Slice} and slice = 0",
        ["the last slice lost"] = $"""
            delete from content_slice s using document d where {Slice} and slice = (
              select max(slice) from content_slice l where l.shard_key = s.shard_key and l.delivery_id = s.delivery_id)
            """,
        ["all slices lost"] = $"delete from content_slice s using document d where {Slice}",
        ["two slices exchanged"] = $"""
            update content_slice s set bytes = o.bytes from document d, content_slice o
            where {Slice} and o.shard_key = s.shard_key and o.delivery_id = s.delivery_id and s.slice < 2 and o.slice = 1 - s.slice
            """,
        ["a slice lengthened"] = $"update content_slice s set bytes = bytes || '\\x00'::bytea from document d where {Slice} and slice = 1",
        ["a slice shortened"] =
            $"update content_slice s set bytes = substring(bytes from 2) from document d where {Slice} and slice = 1",
        ["the checksum changed"] = ChecksumChanged,
        ["the checksum lost"] = ChecksumLost,
        ["the version lost"] = $"delete from document_version v using document d where {Version}",
    };

    /// <summary>For a file in the row of its version.</summary>
    public static readonly IReadOnlyDictionary<string, string> OfInlineContent = new Dictionary<string, string>
    {
        ["a changed byte"] =
            $"update document_version v set content = set_byte(content, {InlinePlace}, get_byte(content, {InlinePlace}) # 1) "
            + $"from document d where {Version}",
        ["content exchanged"] = $"""
            update document_version v set content = convert_to(repeat('x', octet_length(content)), 'UTF8') from document d where {Version}
            """,
        ["content shortened"] =
            $"update document_version v set content = substring(content from 2) from document d where {Version}",
        ["content lost"] = $"update document_version v set content = null from document d where {Version}",
        ["the checksum changed"] = ChecksumChanged,
        ["the checksum lost"] = ChecksumLost,
        ["the version lost"] = $"delete from document_version v using document d where {Version}",
    };

    public static async Task DoAsync(NpgsqlDataSource database, string damage, string source, string documentId)
    {
        await using var command = database.CreateCommand(damage);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = source });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = documentId });
        if (await command.ExecuteNonQueryAsync() == 0)
        {
            throw new InvalidOperationException("Nothing was damaged.");
        }
    }
}
