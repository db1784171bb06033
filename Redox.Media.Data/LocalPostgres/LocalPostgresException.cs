namespace Redox.Media.Data.LocalPostgres;

/// <summary>
/// The private cluster cannot be started. The message is one line for a terminal: what is missing and what to do.
/// </summary>
public sealed class LocalPostgresException(string message) : Exception(message);
