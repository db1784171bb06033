using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>Applies events that touch different documents in one transaction and one round trip.</summary>
internal sealed class DocumentWriter(NpgsqlDataSource database, DatabaseResilience resilience) : IDisposable
{
    /// <summary>Enough for a lock that is free; a longer one would delay the other events of the batch.</summary>
    private const string MinLockTimeout = "1ms";

    private const string NoLockTimeout = "0";

    /// <summary>
    /// Connections for events that could not be written with their batch: if all wait for locks, the rest of the pool remains available.
    /// </summary>
    private const int MaxInTurn = 8;

    private readonly SemaphoreSlim _turns = new(MaxInTurn);

    /// <summary>Writes batches one after the other on one connection.</summary>
    public Session NewSession() => new(new DatabaseSession(database, resilience));

    /// <summary>Waits for the locks of the event's documents, and retries transient errors.</summary>
    public Task<Outcome> WriteAloneAsync(EventRow row, CancellationToken cancellation) =>
        resilience.RunAsync(token => WaitAndWriteAsync(row, token), cancellation, row.Abandon);

    /// <summary>The same for an event that could not be written with its batch; at most <see cref="MaxInTurn"/> at a time.</summary>
    public Task<Outcome> WriteInTurnAsync(EventRow row, CancellationToken cancellation) =>
        resilience.RunAsync(
            async token =>
            {
                // For each attempt and not for all of them, so that no event waits during the retry delay of another.
                await _turns.WaitAsync(token);
                try
                {
                    return await WaitAndWriteAsync(row, token);
                }
                finally
                {
                    _turns.Release();
                }
            },
            cancellation,
            row.Abandon);

    /// <summary>Locks the event's documents, in the caller's transaction.</summary>
    public static async Task LockAsync(NpgsqlConnection connection, EventRow row, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { Lock([row], NoLockTimeout) } };
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Applies an event whose documents are locked, in the caller's transaction.</summary>
    public static async Task<Outcome> ApplyAsync(NpgsqlConnection connection, EventRow row, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { EventRows.Apply([row]) } };
        var outcome = (await ExecuteAsync(batch, [row], resultsBefore: 0, cancellation))[0];
        await WriteSlicesAsync(connection, row.Event, cancellation);
        return outcome;
    }

    private async Task<Outcome> WaitAndWriteAsync(EventRow row, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        if (row.ContentLength is not > EventRows.InlineBytes)
        {
            return (await WriteBatchAsync(connection, [row], NoLockTimeout, cancellation))[0];
        }

        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var outcome = (await WriteBatchAsync(connection, [row], NoLockTimeout, cancellation))[0];
        await WriteSlicesAsync(connection, row.Event, cancellation);
        await transaction.CommitAsync(cancellation);
        return outcome;
    }

    public void Dispose() => _turns.Dispose();

    // The commands of a batch are one transaction, which commits at its end, unless the caller has begun one.
    private static async Task<Outcome[]> WriteBatchAsync(
        NpgsqlConnection connection, IReadOnlyList<EventRow> events, string lockTimeout, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { Lock(events, lockTimeout), EventRows.Apply(events) } };
        return await ExecuteAsync(batch, events, resultsBefore: 1, cancellation);
    }

    private static async Task<Outcome[]> ExecuteAsync(
        NpgsqlBatch batch, IReadOnlyList<EventRow> events, int resultsBefore, CancellationToken cancellation)
    {
        try
        {
            await using var reader = await batch.ExecuteReaderAsync(cancellation);
            for (; resultsBefore > 0; resultsBefore--)
            {
                await reader.NextResultAsync(cancellation);
            }

            return await ReadOutcomesAsync(reader, events, cancellation);
        }
        finally
        {
            ReleaseParameters(batch);
        }
    }

    // An idle connection of Npgsql keeps its last batch in memory, but without values no files of 30 MB. To clear the parameters is not
    // enough: Npgsql has them in the order of the numbers as well.
    private static void ReleaseParameters(NpgsqlBatch batch)
    {
        foreach (var command in batch.BatchCommands)
        {
            foreach (NpgsqlParameter parameter in command.Parameters)
            {
                parameter.Value = null;
            }
        }
    }

    private static NpgsqlBatchCommand Lock(IReadOnlyList<EventRow> events, string lockTimeout) =>
        Statements.LockDocuments.With(("shard_keys", Parameter.Longs(Shards(events))), ("lock_timeout", Parameter.Text(lockTimeout)));

    // In a batch of their own, after the outcomes have been read: no row may arrive while Npgsql still writes a large parameter, or the end
    // of the session at that moment blocks the connection for ever (docs/decisions/0015).
    private static async Task WriteSlicesAsync(NpgsqlConnection connection, DocumentEvent e, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var slice in EventRows.Slices(e))
        {
            batch.BatchCommands.Add(slice);
        }

        if (batch.BatchCommands.Count == 0)
        {
            return;
        }

        try
        {
            await batch.ExecuteNonQueryAsync(cancellation);
        }
        finally
        {
            ReleaseParameters(batch);
        }
    }

    private static async Task<Outcome[]> ReadOutcomesAsync(
        NpgsqlDataReader reader, IReadOnlyList<EventRow> events, CancellationToken cancellation)
    {
        var outcomes = new Outcome[events.Count];
        while (await reader.ReadAsync(cancellation))
        {
            outcomes[Place(events, reader.GetGuid(0))] = OutcomeTable.Parse(reader.GetString(1));
        }

        while (await reader.NextResultAsync(cancellation))
        {
            // the end of the batch, and, where the batch is the transaction, the commit
        }

        return outcomes;
    }

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
        /// file). Returns the outcomes in the order of the events. Either all events are committed or none.
        /// </summary>
        public Task<Outcome[]> TryWriteAsync(IReadOnlyList<EventRow> events, CancellationToken cancellation) =>
            session.RunAsync(
                (connection, token) => WriteBatchAsync(connection, events, MinLockTimeout, token),
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
