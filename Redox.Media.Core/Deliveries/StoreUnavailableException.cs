namespace Redox.Media.Core.Deliveries;

/// <summary>
/// The database cannot be had just now: away, failing over, full, or out of connections. Nothing was acknowledged; the same request
/// may succeed later. The message names the condition, never a statement or a value.
/// </summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>
    /// Nothing was sent to the database, so nothing was changed. Otherwise it is not known: the response of the database may be lost.
    /// </summary>
    public bool IsKnownUnchanged { get; init; }
}
