using Microsoft.Extensions.Logging;
using Npgsql;
using Polly;
using Polly.Retry;
using Redox.Media.Core.Deliveries;
using Redox.Media.Data.Migrations;

namespace Redox.Media.Data.Resilience;

/// <summary>
/// Tries again what a moment may mend, and says <see cref="StoreUnavailableException"/> when it does not. Every statement of the store
/// may be repeated: a delivery that was committed but not acknowledged is recognised by its own ID.
/// </summary>
internal sealed partial class DatabaseResilience(
    NpgsqlDataSource database, MigrationGate schema, DiskFullProbe disk, TimeProvider time, ILogger<DatabaseResilience> logger)
{
    /// <summary>Three more tries within about a second: long enough for a failing-over connection pool, short for a sender who waits.</summary>
    private const int Retries = 3;

    private readonly ResiliencePipeline _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<Exception>(PostgresErrors.IsTransient),
            MaxRetryAttempts = Retries,
            Delay = TimeSpan.FromMilliseconds(100),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            OnRetry = arguments =>
            {
                ClearPoolOnSessionError(database, arguments.Outcome.Exception);
                LogRetry(logger, PostgresErrors.Name(arguments.Outcome.Exception), arguments.AttemptNumber + 1);
                return default;
            },
        })
        .Build();

    /// <summary>
    /// Longest duration of a call, between opening its connection and closing it: more than Npgsql's own timeouts take together, so that it
    /// counts only where they fail. 30 s unless the connection string sets other timeouts.
    /// </summary>
    public TimeSpan CallTimeout { get; } = TimeoutOf(new NpgsqlConnectionStringBuilder(database.ConnectionString));

    /// <param name="abandoned">See <see cref="DatabaseCall.RunAsync"/>.</param>
    /// <param name="cancellation">Ends the call and further attempts.</param>
    public Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellation, Action? abandoned = null) =>
        TranslateAsync(
            token => _pipeline.ExecuteAsync(async t => await CallAsync((_, limited) => work(limited), abandoned, t), token).AsTask(), cancellation);

    /// <summary>Runs once, with the limit on each of its steps. What was handed out cannot be taken back; only the opening is repeated.</summary>
    public Task StreamAsync(Func<NpgsqlConnection, DatabaseCall, CancellationToken, Task> read, CancellationToken cancellation) =>
        TranslateAsync(
            token => CallAsync(
                async (call, limited) =>
                {
                    await using var connection = await _pipeline.ExecuteAsync(async t => await database.OpenConnectionAsync(t), limited);
                    await read(connection, call, limited);
                    return true;
                },
                null,
                token),
            cancellation);

    /// <summary>Runs once, with the limit, and throws what the call throws.</summary>
    /// <exception cref="TimeoutException">The call was abandoned.</exception>
    public Task<T> CallAsync<T>(Func<DatabaseCall, CancellationToken, Task<T>> call, Action? abandoned, CancellationToken cancellation) =>
        DatabaseCall.RunAsync(
            call,
            CallTimeout,
            time,
            () =>
            {
                LogAbandoned(logger, CallTimeout.TotalSeconds);
                abandoned?.Invoke();
            },
            cancellation);

    // Only says what the failure means.
    private async Task<T> TranslateAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        if (!schema.IsOpen)
        {
            throw new StoreUnavailableException("The database has not been migrated yet.");
        }

        try
        {
            return await work(cancellation);
        }
        catch (Exception exception) when (PostgresErrors.IsUnavailable(exception))
        {
            disk.Note(exception);
            ClearPoolOnSessionError(database, exception);
            throw Away(exception);
        }
    }

    public static StoreUnavailableException Away(Exception exception) =>
        new("The database cannot be had: " + PostgresErrors.Name(exception) + ".", exception);

    // Without a command timeout (0) a statement may take as long as it likes, but not a request.
    private static TimeSpan TimeoutOf(NpgsqlConnectionStringBuilder settings) =>
        TimeSpan.FromSeconds(settings.Timeout + (settings.CommandTimeout == 0 ? 60 : settings.CommandTimeout) + 3)
        + TimeSpan.FromMilliseconds(Math.Max(0, settings.CancellationTimeout));

    // What befell one session befell others that wait in the pool. Whoever met them one after the other would have no tries left.
    private static void ClearPoolOnSessionError(NpgsqlDataSource database, Exception? exception)
    {
        if (PostgresErrors.IsOfTheSession(exception))
        {
            database.Clear();
        }
    }

    [LoggerMessage(EventId = 3001, Level = LogLevel.Warning, Message = "The database did not answer as it should ({Condition}); try {Attempt} follows")]
    private static partial void LogRetry(ILogger logger, string condition, int attempt);

    [LoggerMessage(
        EventId = 3002, Level = LogLevel.Error,
        Message = "A call to the database did not end within {Seconds} s and was abandoned; its connection is lost to the pool until the call ends")]
    private static partial void LogAbandoned(ILogger logger, double seconds);
}
