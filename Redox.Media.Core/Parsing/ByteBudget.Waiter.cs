namespace Redox.Media.Core.Parsing;

public sealed partial class ByteBudget
{
    /// <summary>One waiting body. Completed under the budget's lock; its continuation runs asynchronously.</summary>
    /// <param name="claim">Granted when its <see cref="BodyClaim.NeededBytes"/> fit.</param>
    /// <param name="reservation">Gets the bytes.</param>
    /// <param name="bytes">What is granted then.</param>
    private sealed class Waiter(BodyClaim claim, Reservation reservation, long bytes)
    {
        private readonly TaskCompletionSource<Reservation?> _granted = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public BodyClaim Claim { get; } = claim;

        public Reservation Reservation { get; } = reservation;

        public long Bytes { get; } = bytes;

        public LinkedListNode<Waiter>? Place { get; set; }

        public ITimer? Timer { get; set; }

        public CancellationTokenRegistration Cancellation { get; set; }

        public Task<Reservation?> Task => _granted.Task;

        public void Complete()
        {
            StopWaiting();
            _granted.SetResult(Reservation);
        }

        /// <summary>Ends the wait by timeout, or by cancellation when the token is cancelled.</summary>
        public void Abandon(CancellationToken cancelled)
        {
            StopWaiting();
            if (cancelled.IsCancellationRequested)
            {
                _granted.SetCanceled(cancelled);
            }
            else
            {
                _granted.SetResult(null);
            }
        }

        private void StopWaiting()
        {
            Timer?.Dispose();

            // Not Dispose: it would wait for a callback that may be waiting for the budget's lock.
            Cancellation.Unregister();
        }
    }
}
