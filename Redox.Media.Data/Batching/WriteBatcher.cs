using Npgsql;
using Redox.Media.Core.Documents;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Stores;

namespace Redox.Media.Data.Batching;

/// <summary>
/// Batches concurrent events into group commits. An event is written at once and alone if no writer is active; otherwise it waits for the
/// current transaction and is written with the next. No event waits for others to arrive. When many events or many bytes wait, so that
/// writing takes longer than committing, another writer starts.
/// </summary>
/// <remarks>
/// Each event has its own outcome, which is returned only after its commit. The documents of a batch are all different, and none is in
/// another batch of this process, so no event waits for a document that another event has locked. When a batch fails, or another process
/// has locked one of its documents, it is repeated in halves, and these again, until the event is found that cannot be written: that one is
/// written by itself, and the writer continues. So an event that fails or waits does not affect the others.
/// </remarks>
internal sealed class WriteBatcher(DocumentWriter writer, DatabaseResilience resilience, TimeProvider time)
{
    private readonly WriteQueue _queue = new();

    public Task<EventResult> ApplyAsync(DocumentEvent e, CancellationToken cancellation)
    {
        var row = new EventRow(e);
        if (row.NeedsTransaction)
        {
            return writer.WriteAloneAsync(row, cancellation);
        }

        var waiting = new PendingWrite(row);
        _queue.Add(waiting);
        StartWriter();
        return WaitAsync(waiting);
    }

    // In the queue an event waits for at most twice the timeout of a call; after that the timeouts of the writer's calls apply.
    private async Task<EventResult> WaitAsync(PendingWrite waiting)
    {
        try
        {
            return await waiting.Task.WaitAsync(2 * resilience.CallTimeout, time);
        }
        catch (TimeoutException exception)
        {
            return _queue.TryRemove(waiting) ? throw DatabaseResilience.Away(exception, isKnownUnchanged: true) : await waiting.Task;
        }
    }

    private void StartWriter()
    {
        if (_queue.WantsWriter())
        {
            _ = WriteWhileAnyWaitAsync();
        }
    }

    // One connection while events wait: its session has its caches filled, and the pool would return another one each time. The next batch
    // is sent before the outcomes of the last one are handed out, so that the database does not wait for that.
    private async Task WriteWhileAnyWaitAsync()
    {
        await using var session = writer.NewSession();
        Action answer = () => { };
        while (_queue.Take() is { Count: > 0 } group)
        {
            var writing = WriteGroupAsync(session, group);
            answer();
            answer = await writing;
        }

        answer();
    }

    /// <returns>Completes the events of the batch that are not completed yet.</returns>
    private async Task<Action> WriteGroupAsync(DocumentWriter.Session session, List<PendingWrite> group)
    {
        try
        {
            return await TryWriteAsync(session, group);
        }
        catch (Exception exception) when (PostgresErrors.IsHanging(exception))
        {
            Fail(group, exception);
        }
        catch (Exception)
        {
            await WritePartsAsync(session, group);
        }

        return () => { };
    }

    // One failing event of 64 costs a dozen statements, on the connection of the writer.
    private async Task WritePartsAsync(DocumentWriter.Session session, List<PendingWrite> failed)
    {
        var parts = new Stack<List<PendingWrite>>();
        Split(failed, parts);
        while (parts.TryPop(out var part))
        {
            try
            {
                (await TryWriteAsync(session, part))();
            }
            catch (Exception exception) when (PostgresErrors.IsHanging(exception))
            {
                Fail([.. part, .. parts.SelectMany(other => other)], exception);
                return;
            }
            catch (Exception)
            {
                Split(part, parts);
            }
        }
    }

    private void Split(List<PendingWrite> failed, Stack<List<PendingWrite>> parts)
    {
        if (failed is [var one])
        {
            _ = WriteInTurnAsync(one);
            return;
        }

        parts.Push(failed[(failed.Count / 2)..]);
        parts.Push(failed[..(failed.Count / 2)]);
    }

    /// <returns>Completes them.</returns>
    private async Task<Action> TryWriteAsync(DocumentWriter.Session session, List<PendingWrite> group)
    {
        var results = await session.TryWriteAsync([.. group.Select(waiting => waiting.Row)], CancellationToken.None);
        _queue.Release(group);
        return () =>
        {
            for (var i = 0; i < group.Count; i++)
            {
                group[i].SetResult(results[i]);
            }
        };
    }

    // The database does not respond: fail the batch and all events that wait, so that none waits for a second timeout.
    private void Fail(List<PendingWrite> group, Exception exception)
    {
        _queue.Release(group);
        var unsent = DatabaseResilience.Away(exception, isKnownUnchanged: true);
        _queue.Clear().ForEach(waiting => waiting.SetException(unsent));
        var away = DatabaseResilience.Away(exception);
        group.ForEach(waiting => waiting.SetException(away));
    }

    private async Task WriteInTurnAsync(PendingWrite waiting)
    {
        try
        {
            waiting.SetResult(await writer.WriteInTurnAsync(waiting.Row, CancellationToken.None));
        }
        catch (Exception exception)
        {
            waiting.SetException(exception);
        }
        finally
        {
            _queue.Release([waiting]);
            StartWriter(); // for events that arrived for the same document in the meantime
        }
    }
}
