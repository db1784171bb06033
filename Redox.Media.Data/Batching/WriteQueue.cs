using Redox.Media.Core.Documents;
using Redox.Media.Data.Stores;

namespace Redox.Media.Data.Batching;

/// <summary>
/// The state of <see cref="WriteBatcher"/>: the events that wait, the documents that are being written, and the number of writers. No
/// document is in two batches at the same time.
/// </summary>
internal sealed class WriteQueue
{
    /// <summary>Concurrent writers, each with a connection. Figures in docs/decisions/0011.</summary>
    private const int MaxWriters = 3;

    /// <summary>Events of one batch.</summary>
    private const int MaxEvents = 64;

    /// <summary>Bytes of content of one batch, so that large files do not delay small ones.</summary>
    private const long MaxBytes = 1024 * 1024;

    /// <summary>Waiting events that start another writer: with a slow disk the first one is busy with its commit.</summary>
    private const int EventsForAnotherWriter = 24;

    /// <summary>Waiting bytes that start another writer.</summary>
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

    /// <summary>Whether another writer is to start. It is counted until <see cref="Take"/> returns nothing for it.</summary>
    public bool WantsWriter()
    {
        lock (_gate)
        {
            var isEnough = _writers == 0 ? _waiting.Count > 0 : _waiting.Count >= EventsForAnotherWriter
                || _waitingBytes >= BytesForAnotherWriter;
            if (!isEnough || _writers == MaxWriters)
            {
                return false;
            }

            _writers++;
            return true;
        }
    }

    /// <summary>
    /// The next batch, whose documents are reserved until <see cref="Release"/>. Empty when no waiting event can be written now: the writer
    /// then ends. An event that waits for a reserved document is taken by the writer that has reserved it.
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

    /// <summary>Removes an event that no writer has taken yet.</summary>
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

    /// <summary>Releases the documents of these events.</summary>
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

    /// <summary>Empties the queue and returns all events that waited.</summary>
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

/// <summary>An event that waits to be written, and its result.</summary>
internal sealed class PendingWrite(EventRow row) : TaskCompletionSource<EventResult>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public EventRow Row { get; } = row;

    public DocumentEvent Event => Row.Event;

    public long Bytes => Row.ContentLength ?? 0;
}
