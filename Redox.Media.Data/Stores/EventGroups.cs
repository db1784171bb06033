using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Data.Resilience;

namespace Redox.Media.Data.Stores;

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
internal sealed class EventGroups(EventWriter writer)
{
    /// <summary>Writers at work at the same time, each on a connection. Figures in docs/decisions/0011.</summary>
    private const int MostWriters = 3;

    /// <summary>Events of one group.</summary>
    private const int MostEvents = 64;

    /// <summary>Bytes of content of one group: what takes long to write should not hold back what does not.</summary>
    private const long MostBytes = 1024 * 1024;

    /// <summary>Events that wait before another writer starts: with a slow disk the first is at its commit all the while.</summary>
    private const int EventsForAnotherWriter = 24;

    /// <summary>Bytes that wait before another writer starts.</summary>
    private const long BytesForAnotherWriter = 256 * 1024;

    private readonly Lock _gate = new();
    private readonly LinkedList<Waiting> _waiting = [];
    private readonly HashSet<DocumentKey> _inFlight = [];
    private long _waitingBytes;
    private int _writers;

    public Task<Outcome> ApplyAsync(DocumentEvent e, CancellationToken cancellation)
    {
        if ((e.Message.Content?.Length ?? 0) > EventRows.InlineBytes)
        {
            return writer.WriteAloneAsync(e, cancellation);
        }

        var waiting = new Waiting(e);
        lock (_gate)
        {
            _waiting.AddLast(waiting);
            _waitingBytes += waiting.Bytes;
        }

        StartWriter();
        return waiting.Task;
    }

    private void StartWriter()
    {
        lock (_gate)
        {
            var isEnough = _writers == 0 ? _waiting.Count > 0 : _waiting.Count >= EventsForAnotherWriter || _waitingBytes >= BytesForAnotherWriter;
            if (!isEnough || _writers == MostWriters)
            {
                return;
            }

            _writers++;
        }

        _ = WriteWhileAnyWaitAsync();
    }

    // One connection for as long as there is work: its session is warm, and the pool would hand out another each time. The next group is
    // on its way before the last one is answered: the database does not wait while answers are written.
    private async Task WriteWhileAnyWaitAsync()
    {
        await using var session = writer.NewSession();
        Action answer = () => { };
        while (Take() is { Count: > 0 } group)
        {
            var writing = WriteGroupAsync(session, group);
            answer();
            answer = await writing;
        }

        answer();
    }

    /// <returns>Answers those of the group that have not been answered otherwise.</returns>
    private async Task<Action> WriteGroupAsync(EventWriter.Session session, List<Waiting> group)
    {
        try
        {
            return await TryWriteAsync(session, group);
        }
        catch (Exception exception) when (DatabaseConditions.IsHanging(exception))
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
    private async Task WritePartsAsync(EventWriter.Session session, List<Waiting> failed)
    {
        var parts = new Stack<List<Waiting>>();
        Split(failed, parts);
        while (parts.TryPop(out var part))
        {
            try
            {
                (await TryWriteAsync(session, part))();
            }
            catch (Exception exception) when (DatabaseConditions.IsHanging(exception))
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

    private void Split(List<Waiting> failed, Stack<List<Waiting>> parts)
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
    private async Task<Action> TryWriteAsync(EventWriter.Session session, List<Waiting> group)
    {
        var outcomes = await session.TryWriteAsync([.. group.Select(waiting => waiting.Event)], CancellationToken.None);
        Release(group);
        return () =>
        {
            for (var i = 0; i < group.Count; i++)
            {
                group[i].SetResult(outcomes[i]);
            }
        };
    }

    // A database that hangs: whoever waited that long, and whoever waited behind them, is told now, and nobody waits twice.
    private void Fail(List<Waiting> group, Exception exception)
    {
        Release(group);
        lock (_gate)
        {
            group.AddRange(_waiting);
            _waiting.Clear();
            _waitingBytes = 0;
        }

        var away = DatabaseResilience.Away(exception);
        group.ForEach(waiting => waiting.SetException(away));
    }

    private async Task WriteInTurnAsync(Waiting waiting)
    {
        try
        {
            waiting.SetResult(await writer.WriteInTurnAsync(waiting.Event, CancellationToken.None));
        }
        catch (Exception exception)
        {
            waiting.SetException(exception);
        }
        finally
        {
            Release([waiting]);
            StartWriter(); // for what came for the same document meanwhile
        }
    }

    // Empty when nothing that waits can be written now; the writer then goes home. What waits for a document in flight is taken by
    // the writer that has it.
    private List<Waiting> Take()
    {
        var group = new List<Waiting>();
        var bytes = 0L;
        lock (_gate)
        {
            for (var node = _waiting.First; node is not null && group.Count < MostEvents && bytes < MostBytes;)
            {
                var next = node.Next;
                if (TryHold(node.Value.Event))
                {
                    group.Add(node.Value);
                    bytes += node.Value.Bytes;
                    _waiting.Remove(node);
                }

                node = next;
            }

            _waitingBytes -= bytes;
            if (group.Count == 0)
            {
                _writers--;
            }
        }

        return group;
    }

    private bool TryHold(DocumentEvent e)
    {
        if (_inFlight.Contains(e.Document) || (e.Original is { } original && _inFlight.Contains(original)))
        {
            return false;
        }

        _inFlight.Add(e.Document);
        if (e.Original is { } replaced)
        {
            _inFlight.Add(replaced);
        }

        return true;
    }

    private void Release(List<Waiting> group)
    {
        lock (_gate)
        {
            foreach (var waiting in group)
            {
                _inFlight.Remove(waiting.Event.Document);
                if (waiting.Event.Original is { } original)
                {
                    _inFlight.Remove(original);
                }
            }
        }
    }

    private sealed class Waiting(DocumentEvent e) : TaskCompletionSource<Outcome>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public DocumentEvent Event { get; } = e;

        public long Bytes { get; } = e.Message.Content?.Length ?? 0;
    }
}
