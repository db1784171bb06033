namespace Redox.Media.Data;

/// <summary>The connections to the database that the support console may have, beside those of <see cref="DatabasePool"/>.</summary>
/// <param name="MaxConnections">Default 4.</param>
public sealed record ConsolePool(int MaxConnections = 4);
