using System.Data;
using Npgsql;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir;
using Redox.Media.Core.Uploads;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

internal sealed class PostgresUploadStore(DatabaseResilience resilience, ClientTurns clients) : IUploadStore
{
    public Task<bool> AddAsync(
        UploadedFile file, ReadFile content, DateTimeOffset createdAt, UploadLimits limits, AuditEvent access,
        CancellationToken cancellation) =>
        resilience.RunAsync(
            async (connection, call, token) =>
            {
                await using var transaction = await connection.BeginTransactionAsync(token);
                if (!await AddAsync(connection, file, createdAt, limits, token))
                {
                    return false;
                }

                foreach (var slices in Enumerable.Range(0, content.Content!.SliceCount).Chunk(LargeBatch.Slices))
                {
                    call.NextStep();
                    await using var batch = new NpgsqlBatch(connection);
                    foreach (var slice in slices)
                    {
                        batch.BatchCommands.Add(Statements.InsertUploadSlice.With(
                            [.. Keys(file.Id), ("slice", Parameter.Int(slice)), ("bytes", Parameter.Bytes(content.Content.Slice(slice)))]));
                    }

                    await LargeBatch.ExecuteAsync(batch, token);
                }

                call.NextStep();
                await using var audit = new NpgsqlBatch(connection) { BatchCommands = { AuditRow.Insert(access) } };
                await audit.ExecuteNonQueryAsync(token);
                await Commit.ExecuteAsync(connection);
                return true;
            },
            cancellation,
            content.Abandon,
            clients.TurnsFor(file.Client));

    public Task<UploadedFile?> FindAsync(Guid id, string client, DateTimeOffset oldest, CancellationToken cancellation) =>
        resilience.RunAsync(
            async (connection, _, token) =>
            {
                await using var command = Statements.FindUpload.On(
                    connection, [.. Keys(id), ("client", Parameter.Text(client)), ("oldest", Parameter.Time(oldest))]);
                await using var reader = await command.ExecuteReaderAsync(token);
                return await reader.ReadAsync(token) ? Read(reader, id, client) : null;
            },
            cancellation);

    public Task<bool> ReadAsync(UploadedFile file, Action<ReadOnlySpan<byte>> take, CancellationToken cancellation) =>
        resilience.StreamAsync(
            async (connection, call, token) =>
            {
                await using var command = Statements.ReadUploadSlices.On(connection, Keys(file.Id));
                await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, token);
                using var buffer = new ColumnBuffer();
                var (slices, length) = (0, 0L);
                while (await reader.ReadAsync(token))
                {
                    if (reader.GetInt32(0) != slices++)
                    {
                        throw new IntegrityException(IntegrityFailure.MissingSlice, null, new DeliveryId(file.Id));
                    }

                    await buffer.ReadAsync(reader, 1, token);
                    length += buffer.Bytes.Length;
                    take(buffer.Bytes.Span);
                    call.NextStep();
                }

                // None at all: another message has claimed it meanwhile, or it has been deleted.
                return length == file.Length || (slices == 0
                    ? false : throw new IntegrityException(IntegrityFailure.WrongLength, null, new DeliveryId(file.Id)));
            },
            cancellation);

    public Task<int> DeleteAsync(DateTimeOffset before, int limit, CancellationToken cancellation) =>
        resilience.RunAsync(
            async (connection, _, token) =>
            {
                await using var command = Statements.DeleteUploads.On(
                    connection, ("before", Parameter.Time(before)), ("limit", Parameter.Int(limit)));
                return (int)(await command.ExecuteScalarAsync(token))!;
            },
            cancellation);

    /// <summary>
    /// Claims the upload of an event that was applied with this result, in the caller's transaction.
    /// <see cref="Outcome.Refused"/> when another message has claimed it, or it is gone. An event that was not written leaves its upload as
    /// it is.
    /// </summary>
    public static async Task<EventResult> ClaimAsync(
        NpgsqlConnection connection, DocumentEvent e, EventResult result, CancellationToken cancellation) =>
        e.Upload is not { } claim
        || result.Outcome is Outcome.Duplicate or Outcome.OtherPatient or Outcome.HiddenDocument or Outcome.MovedDocument
            or Outcome.Forbidden
        || await ClaimAsync(connection, e, claim, cancellation)
            ? result : new EventResult(Outcome.Refused, null);

    private static async Task<bool> ClaimAsync(
        NpgsqlConnection connection, DocumentEvent e, UploadClaim claim, CancellationToken cancellation)
    {
        await using var command = Statements.ClaimUpload.On(
            connection,
            [
                .. Keys(claim.Upload),
                ("client", Parameter.Text(claim.Client)),
                ("delivery_id", Parameter.Uuid(e.Delivery.Id.Value)),
                ("document_key", Parameter.Uuid(e.Document.Key)),
                ("claim_fingerprint", Parameter.Bytes(claim.Fingerprint)),
            ]);
        return await command.ExecuteScalarAsync(cancellation) is true;
    }

    private static async Task<bool> AddAsync(
        NpgsqlConnection connection, UploadedFile file, DateTimeOffset createdAt, UploadLimits limits, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                Statements.LockUploads.With(("lock_key", Parameter.Long(Digest.Hash64('U', file.Client, "")))),
                Statements.InsertUpload.With(
                [
                    .. Keys(file.Id),
                    ("client", Parameter.Text(file.Client)),
                    ("created_at", Parameter.Time(createdAt)),
                    ("content_length", Parameter.Long(file.Length)),
                    ("content_checksum", Parameter.Long(file.Checksum)),
                    ("content_sha256", Parameter.Bytes(file.Sha256)),
                    ("oldest", Parameter.Time(createdAt - limits.Lifetime)),
                    ("max_unclaimed", Parameter.Int(limits.MaxUnclaimed)),
                    ("max_unclaimed_bytes", Parameter.Long(limits.MaxUnclaimedBytes)),
                ]),
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        return await reader.NextResultAsync(cancellation) && await reader.ReadAsync(cancellation) && reader.GetBoolean(0);
    }

    private static UploadedFile Read(NpgsqlDataReader reader, Guid id, string client)
    {
        var file = new UploadedFile(id, client, reader.GetInt64(0), reader.GetInt64(1), reader.GetFieldValue<byte[]>(2));
        return reader.IsDBNull(3) ? file : file with
        {
            Claim = new UploadClaim(id, client, reader.GetFieldValue<byte[]>(5)),
            Claimed = MediaKeyOf(new DeliveryId(reader.GetGuid(3)), reader.GetGuid(4)),
        };
    }

    private static MediaKey MediaKeyOf(DeliveryId version, Guid document) => new(new DocumentKey(version.Shard, document), version);

    private static (string, SqlValue)[] Keys(Guid id) =>
        [("shard_key", Parameter.Long(UploadedFile.ShardOf(id))), ("upload_id", Parameter.Uuid(id))];
}
