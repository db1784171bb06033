namespace Redox.Media.Data;

/// <summary>The connections to the database that this process may open.</summary>
public sealed record DatabasePool(int MaxConnections);
