using Microsoft.Extensions.Logging;
using Npgsql;
using Polly;
using Polly.Retry;
using Redox.Media.Core.Deliveries;
using Redox.Media.Data.Migrations;

namespace Redox.Media.Data.Resilience;

/// <summary>
/// Retries transient errors, and throws <see cref="StoreUnavailableException"/> when they persist. Every statement of the store may be
/// repeated: a delivery that was committed but not acknowledged is recognised by its ID.
/// </summary>
internal sealed partial class DatabaseResilience(
    NpgsqlDataSource database, MigrationGate schema, DiskFullProbe disk, TimeProvider time, ILogger<DatabaseResilience> logger)
{
    /// <summary>
    /// Three retries within about a second: long enough to replace the connections of the pool after a failover, short for a waiting
    /// sender.
    /// </summary>
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
    /// The timeout of a call, from opening its connection to closing it: more than Npgsql's own timeouts take together, so that it
    /// counts only where they fail. 30 s unless the connection string sets other timeouts.
    /// </summary>
    public TimeSpan CallTimeout { get; } = TimeoutOf(new NpgsqlConnectionStringBuilder(database.ConnectionString));

    /// <param name="abandoned">See <see cref="DatabaseCall.RunAsync"/>.</param>
    /// <param name="cancellation">Ends the call and further attempts.</param>
    public Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellation, Action? abandoned = null) =>
        TranslateAsync(
            token => _pipeline.ExecuteAsync(async t => await CallAsync((_, limited) => work(limited), abandoned, t), token).AsTask(),
                cancellation);

    /// <summary>
    /// Runs once, with the timeout for each of its steps. Results that were handed out cannot be withdrawn; only the opening is retried.
    /// </summary>
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

    // Translates the failure.
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
        new("The database is unavailable: " + PostgresErrors.Name(exception) + ".", exception);

    // Without a command timeout (0) a statement has no bound, but a request has.
    private static TimeSpan TimeoutOf(NpgsqlConnectionStringBuilder settings) =>
        TimeSpan.FromSeconds(settings.Timeout + (settings.CommandTimeout == 0 ? 60 : settings.CommandTimeout) + 3)
        + TimeSpan.FromMilliseconds(Math.Max(0, settings.CancellationTimeout));

    // The other sessions in the pool are probably in the same state: a call that met them one after the other would have no retries left.
    private static void ClearPoolOnSessionError(NpgsqlDataSource database, Exception? exception)
    {
        if (PostgresErrors.IsOfTheSession(exception))
        {
            database.Clear();
        }
    }

    [LoggerMessage(EventId = 3001, Level = LogLevel.Warning,
        Message = "A database call failed ({Condition}); retry {Attempt} follows")]
    private static partial void LogRetry(ILogger logger, string condition, int attempt);

    [LoggerMessage(
        EventId = 3002, Level = LogLevel.Error,
        Message = "A database call did not end within {Seconds} s and was abandoned; its connection stays out of the pool until it ends")]
    private static partial void LogAbandoned(ILogger logger, double seconds);
}
