namespace Redox.Media.Core.Deliveries;

/// <summary>
/// The database cannot be had just now: away, failing over, full, or out of connections. Nothing was acknowledged; the same request
/// may succeed later. The message names the condition, never a statement or a value.
/// </summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
