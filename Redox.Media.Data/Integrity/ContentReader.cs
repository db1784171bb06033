using System.Data;
using Npgsql;
using Redox.Media.Core.Documents;
using Redox.Media.Data.Sql;
using Redox.Media.Data.Stores;

namespace Redox.Media.Data.Integrity;

/// <summary>Reads the files of versions and compares them with what was received before they are handed out.</summary>
internal static class ContentReader
{
    /// <summary>Reads a whole file. One that is in the row of its version is handed out in one piece.</summary>
    /// <exception cref="IntegrityException">The file is not the one that was received. Its last slice has not been handed out.</exception>
    public static async Task ReadAsync(
        NpgsqlConnection connection, StoredContent content, ColumnBuffer buffer,
            Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> take, CancellationToken cancellation)
    {
        if (content.Length > EventRows.InlineBytes)
        {
            await ReadSlicesAsync(connection, content, buffer, take, cancellation);
            return;
        }

        await using var command = Statements.ReadContent.On(
            connection,
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

        await buffer.ReadAsync(reader, 0, cancellation);
        content.Check(buffer.Bytes.Span);
        await take(buffer.Bytes, cancellation);
    }

    /// <inheritdoc cref="ReadAsync"/>
    public static async Task ReadSlicesAsync(
        NpgsqlConnection connection, StoredContent content, ColumnBuffer buffer,
            Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> take, CancellationToken cancellation)
    {
        await using var command = Statements.ReadContentSlices.On(
            connection, ("shard_key", Parameter.Long(content.Version.Shard)), ("delivery_id", Parameter.Uuid(content.Version.Value)));
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellation);
        using var check = new ContentCheck(content);
        while (await reader.ReadAsync(cancellation))
        {
            var slice = reader.GetInt32(0);
            await buffer.ReadAsync(reader, 1, cancellation);
            check.Add(slice, buffer.Bytes.Span);
            await take(buffer.Bytes, cancellation);
        }

        check.End();
    }

    /// <summary>
    /// Reads a range of a file. Of a file in slices the numbers and lengths of all slices are compared, not the digest, which would require
    /// all bytes.
    /// </summary>
    /// <exception cref="IntegrityException">The file is not the one that was received.</exception>
    public static async Task ReadRangeAsync(
        NpgsqlConnection connection, StoredContent content, long from, long count, ColumnBuffer buffer,
            Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> take, CancellationToken cancellation)
    {
        if (content.Length <= EventRows.InlineBytes)
        {
            await ReadAsync(
                connection, content, buffer, (whole, token) => take(whole.Slice((int)from, (int)count), token), cancellation);
            return;
        }

        await using var command = Statements.ReadContentRange.On(
            connection,
            ("shard_key", Parameter.Long(content.Version.Shard)),
            ("delivery_id", Parameter.Uuid(content.Version.Value)),
            ("from", Parameter.Long(from)),
            ("count", Parameter.Long(count)),
            ("content_length", Parameter.Long(content.Length)));
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            if (!reader.GetBoolean(0))
            {
                throw content.Damaged(IntegrityFailure.MissingSlice);
            }

            await buffer.ReadAsync(reader, 1, cancellation);
            await take(buffer.Bytes, cancellation);
        }
    }
}
