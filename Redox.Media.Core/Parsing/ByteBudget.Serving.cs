namespace Redox.Media.Core.Parsing;

public sealed partial class ByteBudget
{
    /// <summary>
    /// Grants what fits to those that wait. One that waits for its owner's share holds up only that owner; one that waits for the capacity
    /// holds up every arrival behind it, so that a large body is not passed by small ones for ever.
    /// </summary>
    private void Serve()
    {
        if (_growing.Count == 0 && _arriving.Count == 0)
        {
            return;
        }

        HashSet<string>? heldUp = null;
        var isFull = ServeLine(_growing, ref heldUp, untilFull: false);
        if (!isFull)
        {
            ServeLine(_arriving, ref heldUp, untilFull: true);
        }
    }

    /// <returns>Whether one of the line waits for the capacity.</returns>
    private bool ServeLine(LinkedList<Waiter> line, ref HashSet<string>? heldUp, bool untilFull)
    {
        var isFull = false;
        for (var place = line.First; place is not null && !(isFull && untilFull);)
        {
            var (waiter, next) = (place.Value, place.Next);
            var (owner, held) = (waiter.Claim.Owner, waiter.Reservation.Bytes);
            if (owner is not null && untilFull && heldUp?.Contains(owner) == true)
            {
                // behind another body of its owner
            }
            else if (!FitsCapacity(waiter.Claim.NeededBytes, held))
            {
                isFull = true;
            }
            else if (!FitsShare(owner, waiter.Claim.NeededBytes, held))
            {
                (heldUp ??= new HashSet<string>(StringComparer.Ordinal)).Add(owner!);
            }
            else
            {
                line.Remove(place);
                Grant(waiter.Reservation, waiter.Bytes);
                waiter.Complete();
            }

            place = next;
        }

        return isFull;
    }

    private void Leave(Waiter waiter, CancellationToken cancelled = default)
    {
        lock (_gate)
        {
            if (!waiter.Task.IsCompleted)
            {
                waiter.Place!.List!.Remove(waiter.Place);
                waiter.Abandon(cancelled);

                // The next one may need less.
                Serve();
            }
        }
    }
}
