using System.Data;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;
using Redox.Media.Data.Sql;
using Redox.Media.Data.Stores;

namespace Redox.Media.Data.Integrity;

/// <summary>
/// Reads a range of a file, over as many statements as its reader needs. Of a file in slices the numbers and lengths of all slices are
/// compared, not the digest, which would require all bytes.
/// </summary>
/// <param name="from">In bytes, as is <paramref name="count"/>.</param>
internal sealed class ContentRangeReader(StoredContent content, long from, long count)
{
    private readonly (long From, long Count) _range = (from, count);
    private long _next = from;

    private long End => _range.From + _range.Count;

    /// <summary>Reads the next part. True at the end of the range.</summary>
    /// <exception cref="IntegrityException">The file is not the one that was received.</exception>
    public async Task<bool> ReadAsync(
        ReadSession session, Func<ReadOnlyMemory<byte>, ValueTask> take, CancellationToken cancellation)
    {
        if (content.Length <= EventRows.InlineBytes)
        {
            await ContentReader.ReadRowAsync(session, content, cancellation);
            await session.WriteAsync(() => take(session.Buffer.Bytes.Slice((int)_range.From, (int)_range.Count)));
            return true;
        }

        var rows = Math.Min(session.MaxRows, ContentReader.MaxSlices);
        await using var command = Statements.ReadContentRange.On(
            session.Connection,
            ("shard_key", Parameter.Long(content.Version.Shard)),
            ("delivery_id", Parameter.Uuid(content.Version.Value)),
            ("from", Parameter.Long(_next)),
            ("count", Parameter.Long(Math.Min(End - _next, (long)rows * PooledBytes.SliceBytes))),
            ("content_length", Parameter.Long(content.Length)));
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            if (!reader.GetBoolean(0))
            {
                throw content.Damaged(IntegrityFailure.MissingSlice);
            }

            await session.Buffer.ReadAsync(reader, 1, cancellation);
            _next += session.Buffer.Bytes.Length;
            if (!await session.WriteAsync(() => take(session.Buffer.Bytes)))
            {
                break;
            }
        }

        return _next == End;
    }
}
