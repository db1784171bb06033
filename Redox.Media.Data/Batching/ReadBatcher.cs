using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Data.Resilience;

namespace Redox.Media.Data.Batching;

/// <summary>
/// Batches concurrent reads: they share a statement and the commit of their deliveries, as events do in <see cref="WriteBatcher"/>. A read
/// is executed at once and alone if no worker is active; otherwise it waits for the current batch and is executed with the next.
/// </summary>
/// <typeparam name="TRequest">A read, and its delivery.</typeparam>
/// <typeparam name="TResult">Its result; null if the read needs a statement of its own.</typeparam>
internal abstract class ReadBatcher<TRequest, TResult>(NpgsqlDataSource database, DatabaseResilience resilience, TimeProvider time)
    where TResult : class
{
    /// <summary>Concurrent workers, each with a connection.</summary>
    private const int MaxWorkers = 3;

    /// <summary>PendingRead reads that start another worker. Figures in docs/decisions/0011.</summary>
    private const int ReadsForAnotherWorker = 24;

    private const int MaxBatch = 32;

    private readonly Lock _gate = new();
    private readonly Queue<PendingRead> _waiting = [];
    private int _workers;

    /// <summary>
    /// The result of a read whose delivery has been committed; null if the read needs a statement of its own, for any reason.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The database does not respond.</exception>
    /// <param name="cancellation">Ends the wait; the read may still be executed and its delivery recorded.</param>
    public Task<TResult?> ReadAsync(TRequest request, CancellationToken cancellation)
    {
        var waiting = new PendingRead(request);
        lock (_gate)
        {
            _waiting.Enqueue(waiting);
            if (_workers < MaxWorkers && (_workers == 0 || _waiting.Count >= ReadsForAnotherWorker))
            {
                _workers++;
                _ = WorkAsync();
            }
        }

        return WaitAsync(waiting, cancellation);
    }

    /// <summary>Executes a batch in one statement and one commit.</summary>
    /// <returns>The results in the order of the reads.</returns>
    protected abstract Task<TResult?[]> ExecuteAsync(
        NpgsqlConnection connection, IReadOnlyList<TRequest> requests, CancellationToken cancellation);

    // Twice the timeout of a call: for the batch that is running when the read arrives, and for its own.
    private async Task<TResult?> WaitAsync(PendingRead waiting, CancellationToken cancellation)
    {
        try
        {
            return await waiting.Task.WaitAsync(2 * resilience.CallTimeout, time, cancellation);
        }
        catch (TimeoutException exception)
        {
            throw DatabaseResilience.Away(exception);
        }
    }

    private async Task WorkAsync()
    {
        await Task.Yield(); // leaves the caller's lock
        while (Take() is { Count: > 0 } batch)
        {
            try
            {
                await ExecuteBatchesAsync(batch);
            }
            catch (Exception exception) when (PostgresErrors.IsHanging(exception))
            {
                Fail(batch, exception);
            }
            catch (Exception)
            {
                // Each read is repeated as a statement of its own, which handles the error.
                batch.ForEach(waiting => waiting.TrySetResult(null));
            }
        }
    }

    // One connection while reads wait. The next batch is sent before the results of the last one are handed out.
    private async Task ExecuteBatchesAsync(List<PendingRead> batch)
    {
        await using var session = new DatabaseSession(database, resilience);
        var running = ExecuteAsync(session, batch);
        while (batch.Count > 0)
        {
            var results = await running;
            var completed = batch.ToArray();
            batch.Clear();
            MoveTo(batch);
            if (batch.Count > 0)
            {
                running = ExecuteAsync(session, batch);
            }

            for (var i = 0; i < completed.Length; i++)
            {
                completed[i].SetResult(results[i]);
            }
        }
    }

    private Task<TResult?[]> ExecuteAsync(DatabaseSession session, List<PendingRead> batch)
    {
        var requests = batch.Select(waiting => waiting.Request).ToArray();
        return session.RunAsync((connection, token) => ExecuteAsync(connection, requests, token), null, CancellationToken.None);
    }

    // The database does not respond: fail the batch and all reads that wait, so that none waits for a second timeout.
    private void Fail(List<PendingRead> batch, Exception exception)
    {
        lock (_gate)
        {
            batch.AddRange(_waiting);
            _waiting.Clear();
        }

        var away = DatabaseResilience.Away(exception);
        batch.ForEach(waiting => waiting.TrySetException(away));
    }

    // Empty when no read waits; the worker then ends.
    private List<PendingRead> Take()
    {
        var batch = new List<PendingRead>();
        lock (_gate)
        {
            MoveTo(batch);
            if (batch.Count == 0)
            {
                _workers--;
            }
        }

        return batch;
    }

    private void MoveTo(List<PendingRead> batch)
    {
        lock (_gate)
        {
            while (batch.Count < MaxBatch && _waiting.TryDequeue(out var waiting))
            {
                batch.Add(waiting);
            }
        }
    }

    private sealed class PendingRead(TRequest request) : TaskCompletionSource<TResult?>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public TRequest Request { get; } = request;
    }
}
