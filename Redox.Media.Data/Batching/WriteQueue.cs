using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Data.Stores;

namespace Redox.Media.Data.Batching;

/// <summary>
/// The events that wait to be written, the documents that are being written, and how many writers are at work: what
/// <see cref="WriteBatcher"/> decides by. No document is in two groups at once.
/// </summary>
internal sealed class WriteQueue
{
    /// <summary>Writers at work at the same time, each on a connection. Figures in docs/decisions/0011.</summary>
    private const int MaxWriters = 3;

    /// <summary>Events of one group.</summary>
    private const int MaxEvents = 64;

    /// <summary>Bytes of content of one group: what takes long to write should not hold back what does not.</summary>
    private const long MaxBytes = 1024 * 1024;

    /// <summary>Events that wait before another writer starts: with a slow disk the first is at its commit all the while.</summary>
    private const int EventsForAnotherWriter = 24;

    /// <summary>Bytes that wait before another writer starts.</summary>
    private const long BytesForAnotherWriter = 256 * 1024;

    private readonly Lock _gate = new();
    private readonly LinkedList<PendingWrite> _waiting = [];
    private readonly HashSet<DocumentKey> _inFlight = [];
    private long _waitingBytes;
    private int _writers;

    public void Add(PendingWrite waiting)
    {
        lock (_gate)
        {
            _waiting.AddLast(waiting);
            _waitingBytes += waiting.Bytes;
        }
    }

    /// <summary>True when enough waits for one more writer, who is then counted until <see cref="Take"/> has nothing for it.</summary>
    public bool WantsWriter()
    {
        lock (_gate)
        {
            var isEnough = _writers == 0 ? _waiting.Count > 0 : _waiting.Count >= EventsForAnotherWriter || _waitingBytes >= BytesForAnotherWriter;
            if (!isEnough || _writers == MaxWriters)
            {
                return false;
            }

            _writers++;
            return true;
        }
    }

    /// <summary>
    /// The next group, whose documents are held until <see cref="Release"/>. Empty when nothing that waits can be written now: the writer
    /// then goes home. What waits for a document in flight is taken by the writer that has it.
    /// </summary>
    public List<PendingWrite> Take()
    {
        var group = new List<PendingWrite>();
        var bytes = 0L;
        lock (_gate)
        {
            for (var node = _waiting.First; node is not null && group.Count < MaxEvents && bytes < MaxBytes;)
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

    /// <summary>Takes an event out that no writer has taken.</summary>
    public bool TryRemove(PendingWrite waiting)
    {
        lock (_gate)
        {
            if (!_waiting.Remove(waiting))
            {
                return false;
            }

            _waitingBytes -= waiting.Bytes;
            return true;
        }
    }

    /// <summary>Lets the documents of these events go.</summary>
    public void Release(List<PendingWrite> group)
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

    /// <summary>Empties the queue. Returns all that waited.</summary>
    public List<PendingWrite> Clear()
    {
        lock (_gate)
        {
            List<PendingWrite> all = [.. _waiting];
            _waiting.Clear();
            _waitingBytes = 0;
            return all;
        }
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
}

/// <summary>An event that waits to be written, and the outcome that its sender waits for.</summary>
internal sealed class PendingWrite(EventRow row) : TaskCompletionSource<Outcome>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public EventRow Row { get; } = row;

    public DocumentEvent Event => Row.Event;

    public long Bytes => Row.ContentLength ?? 0;
}
