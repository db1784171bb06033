using ZLogger;
using ZLogger.Formatters;

namespace Redox.Media.Api.Observability;

/// <summary>
/// The log: standard output, a JSON object a line, in Development a line of text. Lines are formatted and written behind the requests they
/// tell of, as many at once as wait (docs/decisions/0014).
/// </summary>
internal static class ServiceLog
{
    /// <summary>
    /// Lines that may wait to be written. When nobody reads them and so many wait, further ones are left out: a log that is stuck must not
    /// stop a hospital's feed, and whatever became of a delivery is in the database as well.
    /// </summary>
    internal const int MaxWaiting = 4096;

    public static void AddServiceLog(this ILoggingBuilder logging, IHostEnvironment environment)
    {
        logging.ClearProviders();
        logging.AddZLoggerConsole(options =>
        {
            options.BackgroundBufferCapacity = MaxWaiting;
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
        logging.KeepSilent();
    }

    private static void UseText(PlainTextZLoggerFormatter text) => text.SetPrefixFormatter(
        $"{0:utc-longdate}Z {1:short} ", (in MessageTemplate template, in LogInfo info) => template.Format(info.Timestamp, info.LogLevel));

    private static void UseJson(SystemTextJsonZLoggerFormatter json)
    {
        json.UseUtcTimestamp = true;
        json.IncludeProperties = IncludeProperties.Timestamp | IncludeProperties.LogLevel | IncludeProperties.CategoryName | IncludeProperties.EventIdValue
            | IncludeProperties.Message | IncludeProperties.Exception | IncludeProperties.ParameterKeyValues;
    }
}
