namespace Redox.Media.Core.Parsing;

public sealed partial class ByteBudget
{
    /// <summary>One waiting request. Completed under the budget's lock; its continuation runs asynchronously.</summary>
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
