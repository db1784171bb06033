using System.ComponentModel.DataAnnotations;

namespace Redox.Media.Api.Configuration;

/// <summary>Section <c>Console</c>: the support console.</summary>
public sealed class ConsoleSettings
{
    public const string Section = "Console";

    /// <summary>
    /// Connections to the database for searches and overviews of the console, beside those of <c>Maximum Pool Size</c>. Default 4; 1 to
    /// 100.
    /// </summary>
    [Range(1, 100)]
    public int MaxConnections { get; init; } = 4;
}
