using ZLogger;
using ZLogger.Formatters;

namespace Redox.Media.Api.Observability;

/// <summary>
/// The log on standard output: a JSON object per line, in Development a line of text. Lines are formatted and written in the background,
/// in batches (docs/decisions/0014).
/// </summary>
internal static class ServiceLog
{
    /// <summary>
    /// Maximum number of lines that wait to be written; further ones are dropped. A blocked standard output must not stop a feed, and the
    /// outcome of each delivery is in the database as well.
    /// </summary>
    internal const int MaxBufferedLines = 4096;

    public static void AddServiceLog(this ILoggingBuilder logging, IHostEnvironment environment)
    {
        logging.ClearProviders();
        logging.AddZLoggerConsole(options =>
        {
            options.BackgroundBufferCapacity = MaxBufferedLines;
            options.FullMode = BackgroundBufferFullMode.Drop;
            if (environment.IsDevelopment())
            {
                options.UsePlainTextFormatter(UseText);
            }
            else
            {
                options.UseJsonFormatter(UseJson);
            }
        });
        logging.AddLogFilters();
    }

    private static void UseText(PlainTextZLoggerFormatter text) => text.SetPrefixFormatter(
        $"{0:utc-longdate}Z {1:short} ", (in MessageTemplate template, in LogInfo info) => template.Format(info.Timestamp, info.LogLevel));

    private static void UseJson(SystemTextJsonZLoggerFormatter json)
    {
        json.UseUtcTimestamp = true;
        json.IncludeProperties = IncludeProperties.Timestamp | IncludeProperties.LogLevel | IncludeProperties.CategoryName
            | IncludeProperties.EventIdValue | IncludeProperties.Message | IncludeProperties.Exception
            | IncludeProperties.ParameterKeyValues;
    }
}
