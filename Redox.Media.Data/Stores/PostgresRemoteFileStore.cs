using System.Data;
using Npgsql;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.RemoteFiles;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>Remote files in PostgreSQL. Each method is one transaction.</summary>
internal sealed class PostgresRemoteFileStore(DatabaseResilience resilience, TimeProvider time) : IRemoteFileStore
{
    /// <summary>Longest wait for a document that is being written; then the file is stored by a later try, which has it already.</summary>
    private const string LockTimeout = "5s";

    static PostgresRemoteFileStore() => RowTypes.Register();

    /// <summary>Notes the remote file of an event that was applied, in the caller's transaction.</summary>
    public static async Task AddAsync(NpgsqlConnection connection, DocumentEvent e, CancellationToken cancellation)
    {
        if (e.RemoteFile is not { } file)
        {
            return;
        }

        await using var command = Statements.InsertRemoteFile.On(
            connection,
            ("shard_key", Parameter.Long(e.Document.Shard)),
            ("document_key", Parameter.Uuid(e.Document.Key)),
            ("delivery_id", Parameter.Uuid(e.Delivery.Id.Value)),
            ("source", Parameter.Text(e.Delivery.Meta.Source)),
            ("url", Parameter.Text(file.Url)),
            ("host", Parameter.Text(file.Host)),
            ("now", Parameter.Time(e.Delivery.ReceivedAt)));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public Task<RemoteFile?> TakeAsync(
        Guid owner, TimeSpan lease, DateTimeOffset now, IReadOnlyCollection<string> hosts, CancellationToken cancellation) =>
        resilience.RunAsync(
            async (connection, _, token) =>
            {
                await using var command = Statements.TakeRemoteFile.On(
                    connection, ("owner", Parameter.Uuid(owner)), ("lease", Seconds(lease)), ("now", Parameter.Time(now)),
                    ("hosts", Parameter.Texts(hosts)));
                await using var reader = await command.ExecuteReaderAsync(token);
                return await reader.ReadAsync(token) ? ReadTaken(reader) : null;
            },
            cancellation);

    public Task<bool> BeginAsync(
        RemoteFile file, Guid owner, TimeSpan lease, RemoteFilePart part, bool discard, CancellationToken cancellation) =>
        RenewAsync(
            file, owner, lease, part, discard ? () => Statements.DeleteRemoteFileSlices.With(SliceKeys(file)) : null, cancellation);

    public Task<bool> AddSliceAsync(
        RemoteFile file, Guid owner, TimeSpan lease, RemoteFilePart part, ReadOnlyMemory<byte> bytes, CancellationToken cancellation) =>
        RenewAsync(
            file, owner, lease, part,
            () => Statements.InsertRemoteFileSlice.With(
                [.. SliceKeys(file), ("slice", Parameter.Int(part.Slices)), ("bytes", Parameter.Bytes(bytes))]),
            cancellation);

    public Task ReadAsync(RemoteFile file, Action<ReadOnlySpan<byte>> take, CancellationToken cancellation) =>
        resilience.StreamAsync(
            async (connection, call, token) =>
            {
                await using var command = Statements.ReadRemoteFileSlices.On(connection, SliceKeys(file));
                await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, token);
                using var buffer = new ColumnBuffer();
                for (var slice = 0; await reader.ReadAsync(token); slice++)
                {
                    if (reader.GetInt32(0) != slice)
                    {
                        throw new IntegrityException(IntegrityFailure.MissingSlice, file.Document, file.Version);
                    }

                    await buffer.ReadAsync(reader, 1, token);
                    take(buffer.Bytes.Span);
                    call.NextStep();
                }

                return true;
            },
            cancellation);

    public Task<bool> StoreAsync(
        RemoteFile file, Guid owner, StoredFile content, RemoteFileTry success, CancellationToken cancellation) =>
        resilience.RunAsync(
            async (connection, _, token) =>
            {
                await using var transaction = await connection.BeginTransactionAsync(token);
                var versions = await LockAsync(connection, file, owner, token);
                if (versions.Count == 0)
                {
                    return false;
                }

                var now = time.GetUtcNow();
                await using var batch = new NpgsqlBatch(connection)
                {
                    BatchCommands =
                    {
                        Statements.StoreRemoteFile.With(
                        [
                            ("shard_key", Parameter.Long(file.Document.Shard)),
                            ("document_key", Parameter.Uuid(file.Document.Key)),
                            ("delivery_ids", Parameter.Uuids(versions)),
                            ("stored_as", Parameter.Uuids(versions.Select(_ => DeliveryId.Create(file.Document.Shard, now).Value))),
                            ("fetched", Parameter.Uuid(file.Version.Value)),
                            ("now", Parameter.Time(now)),
                            ("content_length", Parameter.Long(content.Length)),
                            ("content_checksum", Parameter.Long(content.Checksum)),
                            ("content_sha256", Parameter.Bytes(content.Sha256)),
                            ("is_inline", Parameter.Bool(content.Length <= EventRows.InlineBytes)),
                        ]),
                        Statements.DeleteRemoteFileSlices.With(SliceKeys(file)),
                        InsertTry(file, success),
                    },
                };
                await batch.ExecuteNonQueryAsync(token);
                await Commit.ExecuteAsync(connection);
                return true;
            },
            cancellation);

    public Task FailAsync(
        RemoteFile file, Guid owner, RemoteFileTry failure, DateTimeOffset next, bool giveUp, bool discard,
        CancellationToken cancellation) =>
        resilience.RunAsync(
            async (connection, _, token) =>
            {
                await using var transaction = await connection.BeginTransactionAsync(token);
                await using var fail = Statements.FailRemoteFile.On(
                    connection,
                    [
                        .. Keys(file),
                        ("owner", Parameter.Uuid(owner)),
                        ("failure", Parameter.Text(failure.Failure)),
                        ("status", Parameter.Int(failure.Status)),
                        ("state", Parameter.Text(giveUp ? "failed" : "waiting")),
                        ("next_try_at", Parameter.Time(next)),
                        ("now", Parameter.Time(failure.EndedAt)),
                    ]);
                if (await fail.ExecuteNonQueryAsync(token) == 0)
                {
                    return false; // another instance goes on with it
                }

                await using var batch = new NpgsqlBatch(connection) { BatchCommands = { InsertTry(file, failure) } };
                if (discard)
                {
                    batch.BatchCommands.Add(Statements.DeleteRemoteFileSlices.With(SliceKeys(file)));
                }

                await batch.ExecuteNonQueryAsync(token);
                await Commit.ExecuteAsync(connection);
                return true;
            },
            cancellation);

    public Task ReleaseAsync(RemoteFile file, Guid owner, CancellationToken cancellation) => resilience.RunAsync(
        async (connection, _, token) =>
        {
            await using var command = Statements.ReleaseRemoteFile.On(connection, [.. Keys(file), ("owner", Parameter.Uuid(owner))]);
            return await command.ExecuteNonQueryAsync(token);
        },
        cancellation);

    public Task<IReadOnlyList<OverdueRemoteFiles>> FindOverdueAsync(
        DateTimeOffset before, IReadOnlyList<string>? sources, int limit, CancellationToken cancellation) =>
        resilience.RunAsync<IReadOnlyList<OverdueRemoteFiles>>(
            async (connection, _, token) =>
            {
                await using var command = Statements.FindOverdueRemoteFiles.On(
                    connection, ("before", Parameter.Time(before)), ("sources", Parameter.Texts(sources)), ("limit", Parameter.Int(limit)));
                await using var reader = await command.ExecuteReaderAsync(token);
                var found = await RowTypes.ReadAsync<OverdueRemoteFiles>(reader, token);
                return [.. found.Select(one => one with { Source = PgText.Decode(one.Source) })];
            },
            cancellation);

    public Task<int> RetryAsync(string source, string host, DateTimeOffset now, AuditEvent access, CancellationToken cancellation) =>
        resilience.RunAsync(
            async (connection, _, token) =>
            {
                await using var transaction = await connection.BeginTransactionAsync(token);
                await using var audit = new NpgsqlBatch(connection) { BatchCommands = { AuditRow.Insert(access) } };
                await audit.ExecuteNonQueryAsync(token);
                await using var command = Statements.RetryRemoteFiles.On(
                    connection, ("source", Parameter.Text(source)), ("host", Parameter.Text(host)), ("now", Parameter.Time(now)));
                var renewed = (int)(await command.ExecuteScalarAsync(token))!;
                await Commit.ExecuteAsync(connection);
                return renewed;
            },
            cancellation);

    // The statement that changes slices first and by itself: no row may arrive while Npgsql still writes a large parameter
    // (docs/decisions/0015).
    private Task<bool> RenewAsync(
        RemoteFile file, Guid owner, TimeSpan lease, RemoteFilePart part, Func<NpgsqlBatchCommand>? change,
        CancellationToken cancellation) =>
        resilience.RunAsync(
            async (connection, _, token) =>
            {
                await using var transaction = await connection.BeginTransactionAsync(token);
                if (change is not null)
                {
                    await using var batch = new NpgsqlBatch(connection) { BatchCommands = { change() } };
                    await LargeBatch.ExecuteAsync(batch, token);
                }

                await using var renew = Statements.RenewRemoteFile.On(
                    connection,
                    [
                        .. Keys(file),
                        ("owner", Parameter.Uuid(owner)),
                        ("lease", Seconds(lease)),
                        ("entity_tag", Parameter.Text(part.EntityTag)),
                        ("full_length", Parameter.Long(part.FullLength)),
                    ]);
                if (await renew.ExecuteScalarAsync(token) is not true)
                {
                    return false;
                }

                await Commit.ExecuteAsync(connection);
                return true;
            },
            cancellation);

    /// <summary>Locks the document; the versions that wait for the file.</summary>
    private static async Task<List<Guid>> LockAsync(
        NpgsqlConnection connection, RemoteFile file, Guid owner, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                Statements.LockDocuments.With(
                    ("shard_keys", Parameter.Longs([file.Document.Shard])), ("lock_timeout", Parameter.Text(LockTimeout))),
                Statements.FindRemoteFileVersions.With([.. Keys(file), ("owner", Parameter.Uuid(owner))]),
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.NextResultAsync(cancellation);
        var versions = new List<Guid>();
        while (await reader.ReadAsync(cancellation))
        {
            versions.Add(reader.GetGuid(0));
        }

        return versions;
    }

    private static RemoteFile ReadTaken(NpgsqlDataReader row) => new(
        new DocumentKey(row.GetInt64(0), row.GetGuid(1)), new DeliveryId(row.GetGuid(2)), PgText.Decode(row.GetString(3)),
        new Uri(PgText.Decode(row.GetString(4))), row.GetFieldValue<DateTimeOffset>(5), row.GetInt32(6))
    {
        Part = new RemoteFilePart(
            row.GetInt32(9), row.IsDBNull(7) ? null : PgText.Decode(row.GetString(7)), row.IsDBNull(8) ? null : row.GetInt64(8)),
    };

    private static NpgsqlBatchCommand InsertTry(RemoteFile file, RemoteFileTry tried) => Statements.InsertRemoteFileTry.With(
    [
        .. SliceKeys(file),
        ("number", Parameter.Int(tried.Number)),
        ("started_at", Parameter.Time(tried.StartedAt)),
        ("ended_at", Parameter.Time(tried.EndedAt)),
        ("failure", Parameter.Text(tried.Failure)),
        ("status", Parameter.Int(tried.Status)),
        ("bytes", Parameter.Long(tried.Bytes)),
    ]);

    private static SqlValue Seconds(TimeSpan time) => Parameter.Int((int)time.TotalSeconds);

    private static (string, SqlValue)[] Keys(RemoteFile file) => [.. SliceKeys(file), ("document_key", Parameter.Uuid(file.Document.Key))];

    private static (string, SqlValue)[] SliceKeys(RemoteFile file) =>
        [("shard_key", Parameter.Long(file.Document.Shard)), ("delivery_id", Parameter.Uuid(file.Version.Value))];
}
