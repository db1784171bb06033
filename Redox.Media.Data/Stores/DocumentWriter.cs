using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>Applies events that touch different documents in one transaction and one round trip.</summary>
internal sealed class DocumentWriter(NpgsqlDataSource database, DatabaseResilience resilience, LargeWrites large) : IDisposable
{
    /// <summary>Enough for a lock that is free; a longer one would delay the other events of the batch.</summary>
    private const string MinLockTimeout = "1ms";

    /// <summary>The command timeout does not apply to a batch that commits, so the server ends the wait.</summary>
    private const string MaxLockTimeout = "20s";

    /// <summary>
    /// Connections for events that could not be written with their batch: if all wait for locks, the rest of the pool remains available.
    /// </summary>
    private const int MaxInTurn = 8;

    private readonly SemaphoreSlim _turns = new(MaxInTurn);

    /// <summary>Writes batches one after the other on one connection.</summary>
    public Session NewSession() => new(new DatabaseSession(database, resilience));

    /// <summary>Waits for the locks of the event's documents, and retries transient errors.</summary>
    public Task<EventResult> WriteAloneAsync(EventRow row, CancellationToken cancellation) =>
        resilience.RunAsync(
            (connection, call, token) => WaitAndWriteAsync(connection, row, call, token), cancellation, row.Abandon,
            large.TurnsFor(row.ContentLength));

    /// <summary>The same for an event that could not be written with its batch; at most <see cref="MaxInTurn"/> at a time.</summary>
    public Task<EventResult> WriteInTurnAsync(EventRow row, CancellationToken cancellation) =>
        resilience.RunAsync(
            (connection, call, token) => WaitAndWriteAsync(connection, row, call, token), cancellation, row.Abandon, _turns);

    /// <summary>Locks the event's documents, in the caller's transaction.</summary>
    public static async Task LockAsync(NpgsqlConnection connection, EventRow row, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { Lock([row], MaxLockTimeout) } };
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Applies an event whose documents are locked, in the caller's transaction.</summary>
    public static async Task<EventResult> ApplyAsync(
        NpgsqlConnection connection, EventRow row, DatabaseCall call, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { EventRows.Apply([row]) } };
        var result = (await ExecuteAsync(batch, [row], resultsBefore: 0, cancellation))[0];
        await WriteSlicesAsync(connection, row.Event, call, cancellation);
        await PostgresRemoteFileStore.AddAsync(connection, row.Event, cancellation);
        return await PostgresUploadStore.ClaimAsync(connection, row.Event, result, cancellation);
    }

    /// <summary>
    /// The outcome of an event whose documents are locked, in a transaction that the caller rolls back. A file in slices is not written.
    /// </summary>
    public static async Task<Outcome> TryAsync(NpgsqlConnection connection, EventRow row, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { EventRows.Apply([row]) } };
        return (await ExecuteAsync(batch, [row], resultsBefore: 0, cancellation))[0].Outcome;
    }

    private static async Task<EventResult> WaitAndWriteAsync(
        NpgsqlConnection connection, EventRow row, DatabaseCall call, CancellationToken cancellation)
    {
        if (!row.NeedsTransaction)
        {
            return (await CommitBatchAsync(connection, [row], MaxLockTimeout))[0];
        }

        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var batch = LockAndApply(connection, [row], MaxLockTimeout);
        var result = (await ExecuteAsync(batch, [row], resultsBefore: 1, cancellation))[0];
        await WriteSlicesAsync(connection, row.Event, call, cancellation);
        await PostgresRemoteFileStore.AddAsync(connection, row.Event, cancellation);
        result = await PostgresUploadStore.ClaimAsync(connection, row.Event, result, cancellation);
        if (result.Outcome != Outcome.Refused)
        {
            await Commit.ExecuteAsync(connection);
        }

        return result;
    }

    public void Dispose() => _turns.Dispose();

    // The commands of a batch are one transaction, which commits at its end.
    private static async Task<EventResult[]> CommitBatchAsync(
        NpgsqlConnection connection, IReadOnlyList<EventRow> events, string lockTimeout)
    {
        await using var batch = LockAndApply(connection, events, lockTimeout);
        batch.Timeout = Commit.NoTimeout;
        return await ExecuteAsync(batch, events, resultsBefore: 1, CancellationToken.None);
    }

    private static NpgsqlBatch LockAndApply(NpgsqlConnection connection, IReadOnlyList<EventRow> events, string lockTimeout) =>
        new(connection) { BatchCommands = { Lock(events, lockTimeout), EventRows.Apply(events) } };

    private static async Task<EventResult[]> ExecuteAsync(
        NpgsqlBatch batch, IReadOnlyList<EventRow> events, int resultsBefore, CancellationToken cancellation)
    {
        try
        {
            await using var reader = await batch.ExecuteReaderAsync(cancellation);
            for (; resultsBefore > 0; resultsBefore--)
            {
                await reader.NextResultAsync(cancellation);
            }

            return await ReadResultsAsync(reader, events, cancellation);
        }
        finally
        {
            LargeBatch.ReleaseValues(batch);
        }
    }

    private static NpgsqlBatchCommand Lock(IReadOnlyList<EventRow> events, string lockTimeout) =>
        Statements.LockDocuments.With(("shard_keys", Parameter.Longs(Shards(events))), ("lock_timeout", Parameter.Text(lockTimeout)));

    // In batches of their own, after the outcomes have been read: no row may arrive while Npgsql still writes a large parameter, or the end
    // of the session at that moment blocks the connection for ever (docs/decisions/0015). Each batch has the whole command timeout, and is
    // a step of its call, so that the time limit grows with the file.
    private static async Task WriteSlicesAsync(
        NpgsqlConnection connection, DocumentEvent e, DatabaseCall call, CancellationToken cancellation)
    {
        foreach (var slices in EventRows.Slices(e).Chunk(LargeBatch.Slices))
        {
            call.NextStep();
            await using var batch = new NpgsqlBatch(connection);
            foreach (var slice in slices)
            {
                batch.BatchCommands.Add(slice);
            }

            await LargeBatch.ExecuteAsync(batch, cancellation);
        }

        call.NextStep();
    }

    private static async Task<EventResult[]> ReadResultsAsync(
        NpgsqlDataReader reader, IReadOnlyList<EventRow> events, CancellationToken cancellation)
    {
        var results = new EventResult[events.Count];
        while (await reader.ReadAsync(cancellation))
        {
            results[Place(events, reader.GetGuid(0))] = ReadResult(reader, 1);
        }

        while (await reader.NextResultAsync(cancellation))
        {
            // the end of the batch, and, where the batch is the transaction, the commit
        }

        return results;
    }

    /// <summary>Reads the outcome and, in the column after it, the time of the version.</summary>
    public static EventResult ReadResult(NpgsqlDataReader reader, int column) => new(
        OutcomeTable.Parse(reader.GetString(column)),
        reader.IsDBNull(column + 1) ? null : reader.GetFieldValue<DateTimeOffset>(column + 1));

    private static long[] Shards(IReadOnlyList<EventRow> events)
    {
        var shards = new List<long>(events.Count + 1);
        foreach (var e in events)
        {
            shards.Add(e.Event.Document.Shard);
            if (e.Event.Original is { } original)
            {
                shards.Add(original.Shard);
            }
        }

        shards.Sort();
        for (var i = 1; i < shards.Count && events.Count > 1; i++)
        {
            if (shards[i] == shards[i - 1])
            {
                throw new InvalidOperationException("Two events of a group touch the same document.");
            }
        }

        return [.. shards];
    }

    private static int Place(IReadOnlyList<EventRow> events, Guid id)
    {
        for (var place = 0; place < events.Count; place++)
        {
            if (events[place].Event.Delivery.Id.Value == id)
            {
                return place;
            }
        }

        throw new InvalidDataException("An outcome belongs to no event.");
    }

    /// <summary>Writes batches one after the other on one connection, which is closed after the first failure.</summary>
    public sealed class Session(DatabaseSession session) : IAsyncDisposable
    {
        /// <summary>
        /// Tries once, without waiting for a document that another transaction has locked (of another process, or one that writes a large
        /// file). Returns the results in the order of the events. Either all events are committed or none.
        /// </summary>
        public Task<EventResult[]> TryWriteAsync(IReadOnlyList<EventRow> events, CancellationToken cancellation) =>
            session.RunAsync(
                (connection, _) => CommitBatchAsync(connection, events, MinLockTimeout),
                () =>
                {
                    foreach (var row in events)
                    {
                        row.Abandon();
                    }
                },
                cancellation);

        public ValueTask DisposeAsync() => session.DisposeAsync();
    }
}
