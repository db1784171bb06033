namespace Redox.Media.Core.Deliveries;

/// <summary>
/// A client has as many searches or files in flight as it may. Nothing was changed or recorded; the same request may succeed later. The
/// message names what is limited.
/// </summary>
public sealed class ClientLimitException(string message) : Exception(message);
