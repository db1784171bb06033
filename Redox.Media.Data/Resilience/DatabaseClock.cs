using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Redox.Media.Data.Resilience;

/// <summary>
/// The difference between the clock of the service and that of its database. Events in the future count with the time of arrival, which is
/// the service's: instances with different clocks would order them differently.
/// </summary>
internal sealed partial class DatabaseClock(ILogger<DatabaseClock> logger)
{
    private static readonly TimeSpan MaxUnlogged = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan MaxReady = TimeSpan.FromMinutes(1);

    private volatile bool _isLogged;

    /// <summary>Logs a difference when it begins, and returns what is wrong if it is too large for the service to be ready.</summary>
    /// <param name="sent">By the service's clock, as is <paramref name="received"/>. What lies between them explains no difference.</param>
    public string? Check(DateTimeOffset sent, DateTimeOffset database, DateTimeOffset received)
    {
        var ahead = database < sent ? sent - database : database > received ? received - database : TimeSpan.Zero;
        var isLarge = ahead.Duration() > MaxUnlogged;
        if (isLarge && !_isLogged)
        {
            LogDifference(logger, ahead.TotalSeconds);
        }

        _isLogged = isLarge;
        return ahead.Duration() > MaxReady
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"the clock is {ahead.Duration().TotalSeconds:0} s {(ahead > TimeSpan.Zero ? "ahead of" : "behind")} that of the database")
            : null;
    }

    [LoggerMessage(EventId = 3003, Level = LogLevel.Warning, Message = "The clock is {Seconds:0.0} s ahead of that of the database")]
    private static partial void LogDifference(ILogger logger, double seconds);
}
