namespace Redox.Media.Data;

/// <summary>The connection string cannot be used. The message is one line that names what is wrong, and quotes no value.</summary>
public sealed class ConnectionStringException(string message) : Exception(message);
