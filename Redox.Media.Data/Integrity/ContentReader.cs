using System.Data;
using Redox.Media.Core.Documents;
using Redox.Media.Data.Sql;
using Redox.Media.Data.Stores;

namespace Redox.Media.Data.Integrity;

/// <summary>
/// Reads the file of a version, over as many statements as its reader needs, and compares it with what was received before it is handed
/// out.
/// </summary>
internal sealed class ContentReader(StoredContent content) : IDisposable
{
    /// <summary>Maximum number of slices of a statement: 4 MiB. Most files are read by one statement.</summary>
    public const int MaxSlices = 16;

    private readonly ContentCheck _check = new(content);
    private int _next;

    /// <summary>
    /// Reads the next part. A file that is in the row of its version is handed out in one piece. True at the end of the file.
    /// </summary>
    /// <exception cref="IntegrityException">The file is not the one that was received. Its last slice has not been handed out.</exception>
    public async Task<bool> ReadAsync(
        ReadSession session, Func<ReadOnlyMemory<byte>, ValueTask> take, CancellationToken cancellation)
    {
        if (content.Length > EventRows.InlineBytes)
        {
            return await ReadSlicesAsync(session, take, cancellation);
        }

        await ReadRowAsync(session, content, cancellation);
        await session.WriteAsync(() => take(session.Buffer.Bytes));
        return true;
    }

    /// <summary>The same for a file that is stored in slices, whatever its length.</summary>
    /// <exception cref="IntegrityException">As for <see cref="ReadAsync"/>.</exception>
    public async Task<bool> ReadSlicesAsync(
        ReadSession session, Func<ReadOnlyMemory<byte>, ValueTask> take, CancellationToken cancellation)
    {
        var (first, count) = (_next, Math.Min(session.MaxRows, MaxSlices));
        await using var command = Statements.ReadContentSlices.On(
            session.Connection,
            ("shard_key", Parameter.Long(content.Version.Shard)),
            ("delivery_id", Parameter.Uuid(content.Version.Value)),
            ("first", Parameter.Int(first)),
            ("count", Parameter.Int(count)));
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var slice = reader.GetInt32(0);
            await session.Buffer.ReadAsync(reader, 1, cancellation);
            _check.Add(slice, session.Buffer.Bytes.Span);
            _next++;
            if (!await session.WriteAsync(() => take(session.Buffer.Bytes)))
            {
                return false;
            }
        }

        if (_next == first + count)
        {
            return false; // whether another slice follows, which must not be there after the last one, the next statement finds out
        }

        _check.End();
        return true;
    }

    public void Dispose() => _check.Dispose();

    /// <summary>Reads a file that is in the row of its version.</summary>
    /// <exception cref="IntegrityException">The file is not the one that was received.</exception>
    internal static async Task ReadRowAsync(ReadSession session, StoredContent content, CancellationToken cancellation)
    {
        await using var command = Statements.ReadContent.On(
            session.Connection,
            ("shard_key", Parameter.Long(content.Document.Shard)),
            ("document_key", Parameter.Uuid(content.Document.Key)),
            ("delivery_id", Parameter.Uuid(content.Version.Value)));
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellation);
        if (!await reader.ReadAsync(cancellation))
        {
            throw content.Damaged(IntegrityFailure.MissingVersion);
        }

        if (await reader.IsDBNullAsync(0, cancellation))
        {
            throw content.Damaged(IntegrityFailure.WrongLength);
        }

        await session.Buffer.ReadAsync(reader, 0, cancellation);
        content.Check(session.Buffer.Bytes.Span);
    }
}
