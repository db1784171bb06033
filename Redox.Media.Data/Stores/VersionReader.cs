using System.Data;
using Npgsql;
using Redox.Media.Core.Documents;
using Redox.Media.Data.Integrity;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>Reads versions in the given order, over as many statements as their reader needs.</summary>
/// <param name="written">Ends writes to the client.</param>
internal sealed class VersionReader(IReadOnlyList<VersionRequest> versions, IVersionWriter writer, CancellationToken written) : IDisposable
{
    /// <summary>Maximum number of rows of a statement, which costs a round trip; more would only make the arrays longer.</summary>
    public const int MaxRows = 64;

    private int _at;

    /// <summary>The file that is read slice by slice; null between versions.</summary>
    private ContentReader? _file;

    /// <summary>Reads the next part. True at the end of the last version.</summary>
    public async Task<bool> ReadAsync(ReadSession session, CancellationToken cancellation)
    {
        var keepsUp = _file is not null || await ReadRowsAsync(session, cancellation);
        if (keepsUp && _file is not null)
        {
            await ReadFileAsync(session, cancellation);
        }

        return _at == versions.Count;
    }

    public void Dispose() => _file?.Dispose();

    // Reads rows until the first file that is stored in slices: a connection reads one result at a time, so that file ends the statement.
    // False when the client does not keep up.
    private async Task<bool> ReadRowsAsync(ReadSession session, CancellationToken cancellation)
    {
        var page = versions.Skip(_at).Take(session.MaxRows).ToArray();
        await using var command = Statements.ReadVersions.On(
            session.Connection,
            ("shard_keys", Parameter.Longs([.. page.Select(v => v.Document.Shard)])),
            ("document_keys", Parameter.Uuids(page.Select(v => v.Document.Key))),
            ("delivery_ids", Parameter.Uuids(page.Select(v => v.Version.Value))),
            ("with_content", Parameter.Of(page.Select(v => v.WithContent).ToArray(),
                NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Boolean)));
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellation);
        foreach (var wanted in page)
        {
            if (!await ReadVersionAsync(session, reader, wanted, cancellation))
            {
                return false;
            }

            if (_file is not null)
            {
                break;
            }
        }

        return true;
    }

    private async Task ReadFileAsync(ReadSession session, CancellationToken cancellation)
    {
        if (await _file!.ReadSlicesAsync(session, slice => writer.SliceAsync(slice, written), cancellation))
        {
            _file.Dispose();
            _file = null;
            _at++;
            await session.WriteAsync(() => writer.EndAsync(written));
        }
    }

    /// <summary>
    /// Reads a version up to its file if that is stored in slices, else to its end. False when the client does not keep up.
    /// </summary>
    private async Task<bool> ReadVersionAsync(
        ReadSession session, NpgsqlDataReader reader, VersionRequest wanted, CancellationToken cancellation)
    {
        // The row says whose it is: rows and versions are never paired by their position alone.
        if (!await reader.ReadAsync(cancellation) || await reader.IsDBNullAsync(0, cancellation)
            || reader.GetGuid(0) != wanted.Document.Key || reader.GetGuid(1) != wanted.Version.Value)
        {
            throw new IntegrityException(IntegrityFailure.MissingVersion, wanted.Document, wanted.Version);
        }

        long? length = await reader.IsDBNullAsync(2, cancellation) ? null : reader.GetInt64(2);
        if (length != wanted.ContentLength)
        {
            throw new IntegrityException(IntegrityFailure.WrongLength, wanted.Document, wanted.Version);
        }

        var buffer = session.Buffer;
        long? checksum = await reader.IsDBNullAsync(3, cancellation) ? null : reader.GetInt64(3);
        await buffer.ReadAsync(reader, 4, cancellation);
        await session.WriteToEndAsync(() => writer.BeginAsync(buffer.Bytes, wanted.Content, written));
        if (wanted.Content != VersionContent.Follows)
        {
            _at++;
            return await session.WriteAsync(() => writer.EndAsync(written));
        }

        var stored = new StoredContent(wanted.Document, wanted.Version, length!.Value, checksum);
        if (await reader.IsDBNullAsync(5, cancellation))
        {
            _file = new ContentReader(stored);
            return true;
        }

        await buffer.ReadAsync(reader, 5, cancellation);
        stored.Check(buffer.Bytes.Span);
        _at++;
        return await session.WriteAsync(() => WriteRestAsync(buffer.Bytes));
    }

    private async ValueTask WriteRestAsync(ReadOnlyMemory<byte> content)
    {
        await writer.SliceAsync(content, written);
        await writer.EndAsync(written);
    }
}
