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

        // It warns that keys are stored without its own encryption: DataProtectionKeys encrypts them.
        ("Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager", LogLevel.Error),
        ("Microsoft.AspNetCore.Diagnostics.ExceptionHandlerMiddleware", LogLevel.None),
        ("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None), // the response names the reason
        ("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Warning), // at Debug it quotes the requests that it cannot parse
        ("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None), // the program reports what has ended it
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

        logging.Services.PostConfigure<LoggerFilterOptions>(RemoveLowerLevels);
    }

    // Of the rules that match a logger the one with the longest category wins, such as that of "...Kestrel.BadRequests".
    private static void RemoveLowerLevels(LoggerFilterOptions options)
    {
        foreach (var rule in options.Rules.Where(Lowers).ToList())
        {
            options.Rules.Remove(rule);
        }
    }

    private static bool Lowers(LoggerFilterRule rule) =>
        rule.CategoryName is { } name && Filters.Any(filter => rule.LogLevel < filter.MinLevel && name.Length > filter.Category.Length
            && MayMatch(name, filter.Category));

    private static bool MayMatch(string rule, string category)
    {
        var beginning = rule.Split('*')[0];
        return beginning.StartsWith(category, StringComparison.OrdinalIgnoreCase)
            || (beginning.Length < rule.Length && category.StartsWith(beginning, StringComparison.OrdinalIgnoreCase));
    }
}
