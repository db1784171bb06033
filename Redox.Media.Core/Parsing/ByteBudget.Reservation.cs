namespace Redox.Media.Core.Parsing;

public sealed partial class ByteBudget
{
    /// <summary>Bytes that one body may hold, until disposed.</summary>
    public sealed class Reservation : IDisposable
    {
        private readonly ByteBudget _budget;
        private bool _returned;

        internal Reservation(ByteBudget budget, long bytes)
        {
            _budget = budget;
            Bytes = bytes;
        }

        /// <summary>Bytes granted so far; none after disposal.</summary>
        public long Bytes { get; private set; }

        /// <summary>
        /// Asks for more at once. Never waits: bodies that hold bytes and wait for each other's would wait for ever. May pass those in
        /// line, who hold nothing. Alone in the budget it is always granted.
        /// </summary>
        /// <param name="bytes">Zero or more, on top of <see cref="Bytes"/>.</param>
        public bool TryGrow(long bytes)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(bytes);
            lock (_budget._gate)
            {
                ObjectDisposedException.ThrowIf(_returned, this);
                if (!_budget.Fits(bytes, held: Bytes))
                {
                    return false;
                }

                _budget._inUse += bytes;
                Bytes += bytes;
                return true;
            }
        }

        public void Dispose()
        {
            lock (_budget._gate)
            {
                if (!_returned)
                {
                    _returned = true;
                    _budget.Release(Bytes);
                    Bytes = 0;
                }
            }
        }
    }
}
