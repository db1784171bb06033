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

    public Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellation) =>
        TranslateAsync(token => _pipeline.ExecuteAsync(async t => await work(t), token).AsTask(), cancellation);

    /// <summary>Runs once; only says what the failure means.</summary>
    public async Task<T> TranslateAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellation)
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

    /// <inheritdoc cref="TranslateAsync{T}"/>
    public Task TranslateAsync(Func<CancellationToken, Task> work, CancellationToken cancellation) =>
        TranslateAsync<bool>(
            async token =>
            {
                await work(token);
                return true;
            },
            cancellation);

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
}
