using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Stores;

namespace Redox.Media.Data.Batching;

/// <summary>
/// Lets deliveries in flight share commits. An event that finds no writer at work is written at once and alone; while one is at work
/// events gather, and the writer takes what has gathered as its next transaction. Nobody waits for company. Where writing is the work,
/// and not committing, sharing has little to give: another writer starts when many events or many bytes wait.
/// </summary>
/// <remarks>
/// Each event has its own outcome, sent only after the commit that holds it. A group's documents are all different, and none is in
/// another group of this process, so no event waits behind a document that another event holds. When a group fails, or finds one of
/// its documents held by somebody else, it is written again in halves, and they in theirs, until the event is found that cannot be
/// written: that one is left to itself, and the writer goes on. A failing neighbour fails alone, and a waiting one waits alone.
/// </remarks>
internal sealed class WriteBatcher(DocumentWriter writer, DatabaseResilience resilience, TimeProvider time)
{
    private readonly WriteQueue _queue = new();

    public Task<Outcome> ApplyAsync(DocumentEvent e, CancellationToken cancellation)
    {
        var row = new EventRow(e);
        if (row.ContentLength > EventRows.InlineBytes)
        {
            return writer.WriteAloneAsync(row, cancellation);
        }

        var waiting = new PendingWrite(row);
        _queue.Add(waiting);
        StartWriter();
        return WaitAsync(waiting);
    }

    // In the queue an event waits for as long as two calls may last; once a writer has taken it, the limits of the writer's calls hold.
    private async Task<Outcome> WaitAsync(PendingWrite waiting)
    {
        try
        {
            return await waiting.Task.WaitAsync(2 * resilience.CallTimeout, time);
        }
        catch (TimeoutException exception)
        {
            return _queue.TryRemove(waiting) ? throw DatabaseResilience.Away(exception) : await waiting.Task;
        }
    }

    private void StartWriter()
    {
        if (_queue.WantsWriter())
        {
            _ = WriteWhileAnyWaitAsync();
        }
    }

    // One connection for as long as there is work: its session is warm, and the pool would hand out another each time. The next group is
    // on its way before the last one is answered: the database does not wait while answers are written.
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

    /// <returns>Answers those of the group that have not been answered otherwise.</returns>
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

    // One failing event of 64 costs a dozen statements, on the connection that the writer has anyway.
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

    /// <returns>Answers them.</returns>
    private async Task<Action> TryWriteAsync(DocumentWriter.Session session, List<PendingWrite> group)
    {
        var outcomes = await session.TryWriteAsync([.. group.Select(waiting => waiting.Row)], CancellationToken.None);
        _queue.Release(group);
        return () =>
        {
            for (var i = 0; i < group.Count; i++)
            {
                group[i].SetResult(outcomes[i]);
            }
        };
    }

    // A database that hangs: whoever waited that long, and whoever waited behind them, is told now, and nobody waits twice.
    private void Fail(List<PendingWrite> group, Exception exception)
    {
        _queue.Release(group);
        group.AddRange(_queue.Clear());
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
            StartWriter(); // for what came for the same document meanwhile
        }
    }
}
