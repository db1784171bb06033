using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Data.Resilience;

namespace Redox.Media.Data.Stores;

/// <summary>
/// Lets deliveries in flight share commits. An event that finds a writer free is written at once and alone; while all writers are at
/// work events gather, and the next writer takes what has gathered as one transaction. Nobody waits for company.
/// </summary>
/// <remarks>
/// Each event has its own outcome, sent only after the commit that holds it. A group's documents are all different, and none is in
/// another group of this process, so no event waits behind a document that another event holds. When a group fails, or finds one of
/// its documents held by somebody else, its events are written again one by one and the writer goes on: a failing neighbour fails
/// alone, and a waiting one waits alone.
/// </remarks>
internal sealed class EventGroups(EventWriter writer)
{
    /// <summary>Writers at work at the same time. More only make the groups smaller: figures in docs/decisions/0011.</summary>
    private const int MostWriters = 2;

    /// <summary>Events of one group.</summary>
    private const int MostEvents = 64;

    /// <summary>Bytes of content of one group: what takes long to write should not hold back what does not.</summary>
    private const long MostBytes = 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly LinkedList<Waiting> _waiting = [];
    private readonly HashSet<DocumentKey> _inFlight = [];
    private int _writers;

    public Task<Outcome> ApplyAsync(DocumentEvent e, CancellationToken cancellation)
    {
        if ((e.Message.Content?.Length ?? 0) > EventRows.InlineBytes)
        {
            return writer.WriteAsync(e, cancellation);
        }

        var waiting = new Waiting(e);
        lock (_gate)
        {
            _waiting.AddLast(waiting);
        }

        StartWriter();
        return waiting.Task;
    }

    private void StartWriter()
    {
        lock (_gate)
        {
            if (_writers == MostWriters || _waiting.Count == 0)
            {
                return;
            }

            _writers++;
        }

        _ = WriteAsync();
    }

    private async Task WriteAsync()
    {
        while (Take() is { Count: > 0 } group)
        {
            try
            {
                var outcomes = await writer.TryWriteAsync([.. group.Select(waiting => waiting.Event)], CancellationToken.None);
                Release(group);
                for (var i = 0; i < group.Count; i++)
                {
                    group[i].SetResult(outcomes[i]);
                }
            }
            catch (NpgsqlException exception) when (exception.InnerException is TimeoutException)
            {
                // A database that hangs: whoever waited that long, and whoever waited behind them, is told now, and nobody waits twice.
                Fail(group, exception);
            }
            catch (Exception)
            {
                foreach (var waiting in group)
                {
                    _ = WriteAloneAsync(waiting);
                }
            }
        }
    }

    private void Fail(List<Waiting> group, NpgsqlException exception)
    {
        Release(group);
        lock (_gate)
        {
            group.AddRange(_waiting);
            _waiting.Clear();
        }

        var away = DatabaseResilience.Away(exception);
        group.ForEach(waiting => waiting.SetException(away));
    }

    private async Task WriteAloneAsync(Waiting waiting)
    {
        try
        {
            waiting.SetResult(await writer.WriteAsync(waiting.Event, CancellationToken.None));
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
                    bytes += node.Value.Event.Message.Content?.Length ?? 0;
                    _waiting.Remove(node);
                }

                node = next;
            }

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
    }
}
