namespace Redox.Media.Core.Parsing;

public sealed partial class ByteBudget
{
    /// <summary>Bytes that one body may hold, until disposed. Used by one request at a time.</summary>
    public sealed class Reservation : IDisposable
    {
        private readonly ByteBudget _budget;
        private readonly TimeSpan _wait;
        private bool _returned;

        internal Reservation(ByteBudget budget, BodyClaim claim, TimeSpan wait) =>
            (_budget, Owner, _wait) = (budget, claim.Owner, wait);

        /// <summary>Bytes granted so far; none after disposal.</summary>
        public long Bytes { get; private set; }

        internal string? Owner { get; }

        /// <summary>
        /// Asks for more. What fits is granted before those that wait to be admitted, which hold nothing; what does not fit is waited for.
        /// Alone in the budget and in its owner's share it is always granted.
        /// </summary>
        /// <param name="bytes">Zero or more, on top of <see cref="Bytes"/>.</param>
        /// <param name="rest">
        /// What is still to come after them, as far as it is known. Granted only if this fits, too: otherwise bodies that hold bytes would
        /// wait for each other's.
        /// </param>
        /// <returns>False when it was not granted in time.</returns>
        public ValueTask<bool> GrowAsync(long bytes, long rest, CancellationToken cancellation)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(bytes);
            lock (_budget._gate)
            {
                ObjectDisposedException.ThrowIf(_returned, this);
                var needed = bytes + Math.Max(rest, 0);
                if (_budget.Fits(Owner, needed, Bytes))
                {
                    _budget.Grant(this, bytes);
                    return ValueTask.FromResult(true);
                }

                var waiter = new Waiter(new BodyClaim(Owner, bytes, needed), this, bytes);
                return GrantedAsync(_budget.WaitAsync(_budget._growing, waiter, _wait, cancellation));
            }
        }

        public void Dispose()
        {
            lock (_budget._gate)
            {
                if (!_returned)
                {
                    _returned = true;
                    var bytes = Bytes;
                    Bytes = 0;
                    _budget.Release(Owner, bytes);
                }
            }
        }

        internal void Add(long bytes) => Bytes += bytes;

        private static async ValueTask<bool> GrantedAsync(ValueTask<Reservation?> waiting) => await waiting is not null;
    }
}
