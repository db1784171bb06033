using ZLogger.Providers;

namespace Redox.Media.Api.Observability;

/// <summary>
/// Loggers of libraries that tell what was in a request or a row: addresses with their queries, messages of exceptions, statements. No
/// setting makes them talk (docs/decisions/0009).
/// </summary>
internal static class LogFilters
{
    private static readonly (string Category, LogLevel Least)[] Loggers =
    [
        ("Microsoft.AspNetCore.Hosting", LogLevel.Warning),
        ("Microsoft.AspNetCore.Routing", LogLevel.Warning),
        ("Microsoft.AspNetCore.Diagnostics.ExceptionHandlerMiddleware", LogLevel.None),
        ("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical),
        ("Npgsql", LogLevel.None),
        ("Polly", LogLevel.None),
    ];

    public static void KeepSilent(this ILoggingBuilder logging)
    {
        foreach (var (category, least) in Loggers)
        {
            logging.AddFilter(category, least);
            logging.AddFilter<ZLoggerConsoleLoggerProvider>(category, least); // else a level set for it alone would count
        }
    }
}
