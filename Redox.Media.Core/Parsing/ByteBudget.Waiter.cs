namespace Redox.Media.Core.Parsing;

public sealed partial class ByteBudget
{
    /// <summary>One request in line. Completed under the budget's lock; whoever awaits it goes on elsewhere.</summary>
    private sealed class Waiter(long bytes)
    {
        private readonly TaskCompletionSource<Reservation?> _granted = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public long Bytes { get; } = bytes;

        public LinkedListNode<Waiter>? Place { get; set; }

        public ITimer? Timer { get; set; }

        public CancellationTokenRegistration Cancellation { get; set; }

        public Task<Reservation?> Task => _granted.Task;

        public void Complete(Reservation reservation)
        {
            StopWaiting();
            _granted.SetResult(reservation);
        }

        /// <summary>Out of time, or cancelled when the token says so.</summary>
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
