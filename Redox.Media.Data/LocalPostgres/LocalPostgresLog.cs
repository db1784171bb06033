using Microsoft.Extensions.Logging;

namespace Redox.Media.Data.LocalPostgres;

/// <summary>The log messages about the private cluster.</summary>
internal static partial class LocalPostgresLog
{
    [LoggerMessage(EventId = 1901, Level = LogLevel.Information,
        Message = "Creating a database cluster in {DataDirectory} with PostgreSQL {Major}")]
    public static partial void Making(ILogger logger, string dataDirectory, int major);

    [LoggerMessage(EventId = 1902, Level = LogLevel.Information,
        Message = "PostgreSQL {Major} runs in {DataDirectory} as process {ProcessId}")]
    public static partial void Started(ILogger logger, int major, string dataDirectory, int processId);

    [LoggerMessage(EventId = 1903, Level = LogLevel.Information,
        Message = "Took over the PostgreSQL that an earlier run left in {DataDirectory}, process {ProcessId}")]
    public static partial void TakenOver(ILogger logger, string dataDirectory, int processId);

    [LoggerMessage(EventId = 1904, Level = LogLevel.Information,
        Message = "Still waiting for PostgreSQL in {DataDirectory}: it recovers from a crash, which can take minutes")]
    public static partial void StillWaiting(ILogger logger, string dataDirectory);

    [LoggerMessage(EventId = 1905, Level = LogLevel.Information, Message = "PostgreSQL in {DataDirectory} is stopped")]
    public static partial void Stopped(ILogger logger, string dataDirectory);
}
