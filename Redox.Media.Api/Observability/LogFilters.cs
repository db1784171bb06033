using ZLogger.Providers;

namespace Redox.Media.Api.Observability;

/// <summary>
/// Minimum levels of library loggers that would write what a request or a row contains: URLs with their queries, messages of exceptions,
/// statements. No setting lowers them (docs/decisions/0009).
/// </summary>
internal static class LogFilters
{
    private static readonly (string Category, LogLevel MinLevel)[] Filters =
    [
        ("Microsoft.AspNetCore.Hosting", LogLevel.Warning),

        // ASP.NET Core starts an activity for each request if this category is enabled, even when nothing exports it.
        ("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None),
        ("Microsoft.AspNetCore.Routing", LogLevel.Warning),
        ("Microsoft.AspNetCore.Diagnostics.ExceptionHandlerMiddleware", LogLevel.None),
        ("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None), // the response names the reason
        ("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical),
        ("Npgsql", LogLevel.None),
        ("Polly", LogLevel.None),
    ];

    public static void AddLogFilters(this ILoggingBuilder logging)
    {
        foreach (var (category, minLevel) in Filters)
        {
            logging.AddFilter(category, minLevel);
            logging.AddFilter<ZLoggerConsoleLoggerProvider>(category, minLevel); // otherwise a level configured for this provider wins
        }
    }
}
