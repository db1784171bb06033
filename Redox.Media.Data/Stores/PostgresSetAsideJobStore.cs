using Npgsql;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.SetAside;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>Jobs in PostgreSQL.</summary>
internal sealed class PostgresSetAsideJobStore(DatabaseResilience resilience) : ISetAsideJobStore
{
    public Task<SetAsideJobCreation> CreateAsync(
        SetAsideJob job, Caller.Staff staff, SetAsideSelection selection, long expected, AuditEvent access,
        CancellationToken cancellation) =>
        resilience.RunAsync(
            async (connection, _, token) =>
            {
                await using var transaction = await connection.BeginTransactionAsync(token);
                if (await SetAsideJobRow.ReadAsync(connection, job.Id, null, null, 1, token) is [var own])
                {
                    return new SetAsideJobCreation(true, expected, own.Job.Total); // the acknowledgement was lost
                }

                var (total, matching) = await AddDeliveriesAsync(connection, job, selection, token);
                if (matching != expected)
                {
                    return new SetAsideJobCreation(false, matching, total);
                }

                await using var insert = new NpgsqlBatch(connection)
                {
                    BatchCommands = { AuditRow.Insert(access), SetAsideJobRow.Insert(job with { Total = total }, staff) },
                };
                await insert.ExecuteNonQueryAsync(token);
                await Commit.ExecuteAsync(connection);
                return new SetAsideJobCreation(true, matching, total);
            },
            cancellation);

    public async Task<(IReadOnlyList<SetAsideJob> Jobs, (DateTimeOffset At, Guid Id)? Next)> FindJobsAsync(
        IReadOnlyList<string>? sources, (DateTimeOffset At, Guid Id)? before, int limit, CancellationToken cancellation)
    {
        var rows = await FindAsync(null, sources, before ?? (DateTimeOffset.MaxValue, Guid.AllBitsSet), limit, cancellation);
        return (
            [.. rows.Where(row => row.IsVisible).Select(row => row.Job)],
            rows.Count == limit ? (rows[^1].Job.CreatedAt, rows[^1].Job.Id) : null);
    }

    public async Task<SetAsideJob?> FindJobAsync(Guid job, IReadOnlyList<string>? sources, CancellationToken cancellation) =>
        await FindAsync(job, sources, null, 1, cancellation) is [{ IsVisible: true } found] ? found.Job : null;

    public Task<IReadOnlyList<SetAsideJobFailure>> FindFailuresAsync(Guid job, int after, int limit, CancellationToken cancellation) =>
        resilience.RunAsync<IReadOnlyList<SetAsideJobFailure>>(
            async (connection, _, token) =>
            {
                await using var find = Statements.FindSetAsideJobFailures.On(
                    connection, [.. SetAsideJobRow.Keys(job), ("after", Parameter.Int(after)), ("limit", Parameter.Int(limit))]);
                await using var reader = await find.ExecuteReaderAsync(token);
                var failures = new List<SetAsideJobFailure>();
                while (await reader.ReadAsync(token))
                {
                    failures.Add(new SetAsideJobFailure(
                        reader.GetInt32(0), new DeliveryId(reader.GetGuid(1)), PgText.Decode(reader.GetString(2)),
                        reader.GetFieldValue<DateTimeOffset>(3)));
                }

                return failures;
            },
            cancellation);

    public Task StopAsync(Guid job, AuditEvent access, CancellationToken cancellation) => resilience.RunAsync(
        async (connection, _, _) =>
        {
            await using var batch = new NpgsqlBatch(connection)
            {
                Timeout = Commit.NoTimeout,
                BatchCommands = { AuditRow.Insert(access), Statements.StopSetAsideJob.With(SetAsideJobRow.Keys(job)) },
            };
            await batch.ExecuteNonQueryAsync(CancellationToken.None);
            return true;
        },
        cancellation);

    public Task<SetAsideWork?> TakeAsync(Guid owner, TimeSpan lease, CancellationToken cancellation) => resilience.RunAsync(
        async (connection, _, token) =>
        {
            await using var take = Statements.TakeSetAsideJob.On(
                connection, ("owner", Parameter.Uuid(owner)), ("lease", Parameter.Int((int)lease.TotalSeconds)));
            await using var reader = await take.ExecuteReaderAsync(token);
            return await reader.ReadAsync(token) ? SetAsideJobRow.ReadWork(reader) : null;
        },
        cancellation);

    public Task<(bool IsOwned, SetAsideJobDelivery? Next)> NextAsync(
        Guid job, Guid owner, TimeSpan lease, CancellationToken cancellation) =>
        resilience.RunAsync(
            async (connection, _, token) =>
            {
                await using var next = Statements.NextSetAsideJobDelivery.On(
                    connection,
                    [
                        .. SetAsideJobRow.Keys(job), ("owner", Parameter.Uuid(owner)),
                        ("lease", Parameter.Int((int)lease.TotalSeconds)),
                    ]);
                await using var reader = await next.ExecuteReaderAsync(token);
                if (!await reader.ReadAsync(token))
                {
                    return (false, null);
                }

                return (true, reader.IsDBNull(0) ? null : new SetAsideJobDelivery(
                    job, reader.GetInt32(0), new DeliveryId(reader.GetGuid(1)), reader.GetInt32(2)));
            },
            cancellation);

    public Task<bool> SettleAsync(
        SetAsideJobDelivery delivery, SetAsideState from, SetAsideState to, AuditEvent access, CancellationToken cancellation) =>
        resilience.RunAsync(
            async (connection, _, token) =>
            {
                await using var transaction = await connection.BeginTransactionAsync(token);
                await InsertAuditAsync(connection, access, token);
                if (!await SetAsideRow.FinishAsync(connection, delivery, token))
                {
                    return true; // by this very call, whose acknowledgement was lost, or by another instance
                }

                if (!await SetAsideRow.SettleAsync(connection, delivery.Delivery, [from], to, token))
                {
                    return false;
                }

                await Commit.ExecuteAsync(connection);
                return true;
            },
            cancellation);

    public Task FailAsync(SetAsideJobDelivery delivery, string failure, AuditEvent access, CancellationToken cancellation) =>
        resilience.RunAsync(
            async (connection, _, token) =>
            {
                await using var transaction = await connection.BeginTransactionAsync(token);
                await InsertAuditAsync(connection, access, token);
                if (await SetAsideRow.FinishAsync(connection, delivery, token, failure: failure))
                {
                    await Commit.ExecuteAsync(connection);
                }

                return true;
            },
            cancellation);

    public Task LeaveAsync(Guid job, Guid owner, bool hasEnded, CancellationToken cancellation) => resilience.RunAsync(
        async (connection, _, token) =>
        {
            await using var leave = Statements.LeaveSetAsideJob.On(
                connection, [.. SetAsideJobRow.Keys(job), ("owner", Parameter.Uuid(owner)), ("has_ended", Parameter.Bool(hasEnded))]);
            return await leave.ExecuteNonQueryAsync(token);
        },
        cancellation);

    private Task<List<(SetAsideJob Job, bool IsVisible)>> FindAsync(
        Guid? job, IReadOnlyList<string>? sources, (DateTimeOffset At, Guid Id)? before, int limit, CancellationToken cancellation) =>
        resilience.RunAsync(
            (connection, _, token) => SetAsideJobRow.ReadAsync(connection, job, sources, before, limit, token), cancellation);

    private static async Task<(int Total, long Matching)> AddDeliveriesAsync(
        NpgsqlConnection connection, SetAsideJob job, SetAsideSelection selection, CancellationToken cancellation)
    {
        var state = job.Act == SetAsideAct.Restore ? SetAsideState.Discarded : SetAsideState.Open;
        await using var add = Statements.InsertSetAsideJobDeliveries.On(
            connection,
            [
                .. SetAsideRow.Match(selection, state, SetAsideJob.MaxDeliveries),
                ("job_shard", Parameter.Long(SetAsideGroupKey.ShardOf(job.Id))), ("job_id", Parameter.Uuid(job.Id)),
            ]);
        await using var reader = await add.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return ((int)reader.GetInt64(0), reader.GetInt64(1));
    }

    private static async Task InsertAuditAsync(NpgsqlConnection connection, AuditEvent access, CancellationToken cancellation)
    {
        await using var insert = new NpgsqlBatch(connection) { BatchCommands = { AuditRow.Insert(access) } };
        await insert.ExecuteNonQueryAsync(cancellation);
    }
}
