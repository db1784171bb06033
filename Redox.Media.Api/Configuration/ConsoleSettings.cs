using System.ComponentModel.DataAnnotations;

namespace Redox.Media.Api.Configuration;

/// <summary>Section <c>Console</c>: the pages for support staff at <c>/support</c>.</summary>
public sealed record ConsoleSettings
{
    public const string Section = "Console";

    /// <summary>A session without a request ends after this time. Default 15 min; 1 min to 12 h.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "12:00:00")]
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>A session ends this long after the sign-in. Default 12 h; 5 min to 24 h.</summary>
    [Range(typeof(TimeSpan), "00:05:00", "1.00:00:00")]
    public TimeSpan MaxSession { get; init; } = TimeSpan.FromHours(12);

    /// <summary>How long values of messages are shown after a reason was given. Default 15 min; 1 min to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "01:00:00")]
    public TimeSpan RevealTime { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Cookies are sent over HTTPS only. Behind a proxy that ends TLS the browser still sees HTTPS. Default true; in Development false,
    /// where the service listens on plain HTTP.
    /// </summary>
    public bool? SecureCookies { get; init; }

    /// <summary>
    /// Connections to the database for searches and overviews of the console, beside those of <c>Maximum Pool Size</c>. Default 4; 1 to
    /// 100.
    /// </summary>
    [Range(1, 100)]
    public int MaxConnections { get; init; } = 4;
}
