using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Statistics;

/// <summary>
/// Sums the deliveries of each hour in the background (<c>hourly_sum</c>), so that an overview of a month reads thousands of rows and
/// not millions. An hour is summed when it has been over for <see cref="Margin"/>, which is longer than a delivery waits for its statement,
/// and when all transactions that had begun to write by then have ended: no row can appear in it later. In case one does, of an instance
/// that was stopped for a while or whose clock is slow, it is summed once more a day later. Hours are summed one after the other without a
/// gap, so the end of the last one divides what is summed from what an overview counts itself.
/// </summary>
internal sealed partial class HourlyRollup(DatabaseResilience resilience, TimeProvider time, ILogger<HourlyRollup> logger)
    : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    public static readonly TimeSpan Margin = TimeSpan.FromMinutes(10);

    /// <summary>Where the table is empty: as far back as an overview looks.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromDays(31);

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>After its beginning an hour is summed once more.</summary>
    private static readonly TimeSpan RepairAge = TimeSpan.FromHours(26);

    /// <summary>A time, and a transaction that began then: those that had begun to write before have lower numbers.</summary>
    private (DateTimeOffset Time, long Transaction)? _mark;

    /// <summary>All transactions that had begun by this time have ended.</summary>
    private DateTimeOffset _ended = DateTimeOffset.MinValue;

    /// <summary>Sums what can be summed, an hour in a transaction.</summary>
    /// <exception cref="StoreUnavailableException">The database is unavailable; what was summed remains.</exception>
    public async Task RollUpAsync(CancellationToken cancellation)
    {
        while (await resilience.RunAsync((connection, _, token) => RollUpHourAsync(connection, token), cancellation))
        {
            // the next one
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RollUpAsync(stoppingToken);
            }
            catch (StoreUnavailableException)
            {
                // Logged already. The next time sums these hours too.
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(logger, PostgresErrors.Name(exception)); // a role without the right, for instance
            }
        }
    }

    /// <returns>Whether an hour was summed.</returns>
    private async Task<bool> RollUpHourAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var @lock = Statements.LockRollUp.On(connection))
        {
            if (!(bool)(await @lock.ExecuteScalarAsync(cancellation))!)
            {
                return false; // another instance does it
            }
        }

        if (await FindHourAsync(connection, time.GetUtcNow(), cancellation) is not { } hour)
        {
            return false;
        }

        await using (var rollUp = Statements.RollUpHour.On(
            connection, ("since", Parameter.Time(hour)), ("until", Parameter.Time(hour + Hour)),
            ("rolled_up_at", Parameter.Time(time.GetUtcNow()))))
        {
            await rollUp.ExecuteNonQueryAsync(cancellation);
        }

        await Commit.ExecuteAsync(connection);
        return true;
    }

    private async Task<DateTimeOffset?> FindHourAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var find = Statements.FindHourToRollUp.On(
            connection,
            ("oldest", Parameter.Time(now - MaxAge)),
            ("repaired_since", Parameter.Time(now - MaxAge)),
            ("repaired_before", Parameter.Time(now - RepairAge)),
            ("repair_age", Parameter.Of(RepairAge, NpgsqlTypes.NpgsqlDbType.Interval)));
        await using var row = await find.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        var (ended, own) = (row.GetInt64(0), row.GetInt64(1));
        _mark ??= (now, own);
        if (_mark is { } mark && ended >= mark.Transaction)
        {
            (_ended, _mark) = (mark.Time, null);
        }

        DateTimeOffset? next = row.IsDBNull(2) ? null : row.GetFieldValue<DateTimeOffset>(2);
        return next is { } hour && hour + Hour + Margin <= _ended ? hour
            : row.IsDBNull(3) ? null
            : row.GetFieldValue<DateTimeOffset>(3);
    }

    [LoggerMessage(EventId = 3701, Level = LogLevel.Error, Message = "The deliveries of an hour cannot be summed: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
