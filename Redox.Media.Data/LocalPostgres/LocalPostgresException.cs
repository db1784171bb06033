namespace Redox.Media.Data.LocalPostgres;

/// <summary>
/// The private cluster cannot be had. The message is one plain line, fit for a terminal: what is missing and what to do.
/// </summary>
public sealed class LocalPostgresException(string message) : Exception(message);
