using Microsoft.Extensions.Logging;
using Npgsql;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Resilience;

/// <summary>
/// Makes the partitions of the current and the next months with the function create_partitions. Several instances may do so concurrently.
/// </summary>
internal sealed partial class Partitions(NpgsqlDataSource database, TimeProvider time, ILogger<Partitions> logger)
{
    private const int MonthsAhead = 2;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private DateOnly _last; // of the months that are known to have partitions
    private volatile string? _problem;

    /// <summary>What is wrong if the partitions of the next month may be missing and cannot be made; else null.</summary>
    public string? Problem => _problem;

    private DateOnly ThisMonth => MonthOf(DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime));

    /// <summary>Makes the partitions of this month and the next ones.</summary>
    public async Task CreateAheadAsync(CancellationToken cancellation)
    {
        var thisMonth = ThisMonth;
        try
        {
            for (var month = thisMonth; month <= thisMonth.AddMonths(MonthsAhead); month = month.AddMonths(1))
            {
                await CreateAsync(month, cancellation);
                _last = month;
            }

            _problem = null;
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            var next = thisMonth.AddMonths(1);
            _problem = _last < next ? $"the partitions of {next:yyyy-MM} cannot be made: {PostgresErrors.Name(exception)}" : null;
            LogFailed(logger, PostgresErrors.Name(exception));
        }
    }

    /// <summary>Makes the partitions of this month, by the clock of the database and by ours, after an insert has found none.</summary>
    public async Task CreateNowAsync(CancellationToken cancellation)
    {
        try
        {
            await CreateAsync(null, cancellation);
            await CreateAsync(ThisMonth, cancellation);
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            LogFailed(logger, PostgresErrors.Name(exception));
        }
    }

    private async Task CreateAsync(DateOnly? month, CancellationToken cancellation)
    {
        var made = await DatabaseCall.RunAsync((_, token) => CreateOneAsync(month, token), Timeout, time, null, null, cancellation);
        if (made.Length > 0)
        {
            LogMade(logger, string.Join(", ", made));
        }
    }

    private async Task<string[]> CreateOneAsync(DateOnly? month, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var command = Statements.CreatePartitions.On(connection, ("month", Parameter.Date(month)));
        return (string[])(await command.ExecuteScalarAsync(cancellation))!;
    }

    private static DateOnly MonthOf(DateOnly day) => day.AddDays(1 - day.Day);

    [LoggerMessage(EventId = 3105, Level = LogLevel.Information, Message = "Partitions were made: {Names}")]
    private static partial void LogMade(ILogger logger, string names);

    [LoggerMessage(EventId = 3106, Level = LogLevel.Warning, Message = "Partitions cannot be made: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
