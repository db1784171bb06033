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
    NpgsqlDataSource database, MigrationGate schema, DiskFullProbe disk, Partitions partitions, TimeProvider time,
    ILogger<DatabaseResilience> logger)
{
    /// <summary>
    /// Three retries within about a second: long enough to replace the connections of the pool after a failover, short for a waiting
    /// sender.
    /// </summary>
    private const int Retries = 3;

    /// <summary>Short, because the sender has already waited for the call that failed.</summary>
    private static readonly TimeSpan LookTimeout = TimeSpan.FromSeconds(2);

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
                var exception = arguments.Outcome.Exception;
                ClearPoolOnSessionError(database, exception);
                LogRetry(logger, PostgresErrors.Name(exception), arguments.AttemptNumber + 1);
                return PostgresErrors.IsMissingPartition(exception)
                    ? new ValueTask(partitions.CreateNowAsync(arguments.Context.CancellationToken))
                    : default;
            },
        })
        .Build();

    private readonly CallTimeouts _timeouts = CallTimeouts.Of(new NpgsqlConnectionStringBuilder(database.ConnectionString));
    private readonly int _maxAbandoned = Math.Max(1, new NpgsqlConnectionStringBuilder(database.ConnectionString).MaxPoolSize / 2);
    private int _abandoned;

    /// <summary>
    /// Half of the connections are in calls that were abandoned and have not ended, such as commits that wait for a standby. Further calls
    /// would not end either, and are rejected until those end.
    /// </summary>
    public bool TooManyAreAbandoned => Volatile.Read(ref _abandoned) >= _maxAbandoned;

    /// <inheritdoc cref="CallTimeouts.Call"/>
    public TimeSpan CallTimeout => _timeouts.Call;

    /// <inheritdoc cref="CallTimeouts.Step"/>
    public TimeSpan StepTimeout => _timeouts.Step;

    /// <summary>Runs the work on a connection of its own. What it commits is known to be replicated when this returns.</summary>
    /// <param name="abandoned">See <see cref="DatabaseCall.RunAsync"/>.</param>
    /// <param name="cancellation">Ends the call and further attempts.</param>
    /// <param name="turns">Limits how many attempts hold a connection at a time; none waits for a turn longer than a call may take.</param>
    public Task<T> RunAsync<T>(
        Func<NpgsqlConnection, DatabaseCall, CancellationToken, Task<T>> work, CancellationToken cancellation, Action? abandoned = null,
        SemaphoreSlim? turns = null) =>
        TranslateAsync(
            token => _pipeline.ExecuteAsync(async t => await AttemptAsync(work, abandoned, turns, t), token).AsTask(), cancellation);

    /// <summary>
    /// Runs once, within <see cref="LookTimeout"/>, after a call has failed; the default value when this fails as well.
    /// </summary>
    public async Task<T?> LookOnceAsync<T>(StoreUnavailableException failure, Func<NpgsqlConnection, CancellationToken, Task<T>> look)
    {
        if (failure.InnerException is not PostgresException)
        {
            database.Clear(); // the other connections of the pool are probably as broken as that of the call
        }

        try
        {
            return await DatabaseCall.RunAsync(
                async (_, token) =>
                {
                    ThrowIfTooManyAreAbandoned();
                    await using var opened = await WatchedConnection.OpenAsync(database, token);
                    var result = await look(opened.Connection, token);
                    opened.ThrowIfUnacknowledged();
                    return result;
                },
                LookTimeout,
                time,
                null,
                null,
                CancellationToken.None);
        }
        catch (Exception exception) when (PostgresErrors.IsUnavailable(exception) || exception is OperationCanceledException)
        {
            return default;
        }
    }

    /// <summary>
    /// Runs once, with the timeout for each of its steps. Results that were handed out cannot be withdrawn; only the opening is retried.
    /// </summary>
    public Task<T> StreamAsync<T>(
        Func<NpgsqlConnection, DatabaseCall, CancellationToken, Task<T>> read, CancellationToken cancellation) =>
        TranslateAsync(
            token => CallAsync(
                async (call, limited) =>
                {
                    await using var connection = await _pipeline.ExecuteAsync(async t => await database.OpenConnectionAsync(t), limited);
                    return await read(connection, call, limited);
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
                Interlocked.Increment(ref _abandoned);
                LogAbandoned(logger);
                abandoned?.Invoke();
            },
            () => Interlocked.Decrement(ref _abandoned),
            cancellation);

    /// <summary>Before a call opens a connection.</summary>
    /// <exception cref="TimeoutException">Too many calls do not end.</exception>
    public void ThrowIfTooManyAreAbandoned()
    {
        if (TooManyAreAbandoned)
        {
            throw new TimeoutException("Too many calls to the database do not end.");
        }
    }

    // Translates the failure.
    private async Task<T> TranslateAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        if (!schema.IsOpen)
        {
            throw new StoreUnavailableException("The database has not been migrated yet.") { IsKnownUnchanged = true };
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

    // A turn for each attempt and not for all of them, so that no work waits during the retry delay of another.
    private async Task<T> AttemptAsync<T>(
        Func<NpgsqlConnection, DatabaseCall, CancellationToken, Task<T>> work, Action? abandoned, SemaphoreSlim? turns,
        CancellationToken cancellation)
    {
        if (turns is not null && !await turns.WaitAsync(CallTimeout, cancellation))
        {
            throw new TimeoutException("No turn to write in time.");
        }

        return await CallAsync(
            async (call, token) =>
            {
                try
                {
                    return await UseConnectionAsync(work, call, token);
                }
                finally
                {
                    turns?.Release(); // when the call ends, also if it was abandoned
                }
            },
            abandoned,
            cancellation);
    }

    private async Task<T> UseConnectionAsync<T>(
        Func<NpgsqlConnection, DatabaseCall, CancellationToken, Task<T>> work, DatabaseCall call, CancellationToken cancellation)
    {
        ThrowIfTooManyAreAbandoned();
        await using var opened = await WatchedConnection.OpenAsync(database, cancellation);
        call.Restart(StepTimeout);
        var result = await work(opened.Connection, call, cancellation);
        opened.ThrowIfUnacknowledged();
        return result;
    }

    /// <param name="isKnownUnchanged"><see cref="StoreUnavailableException.IsKnownUnchanged"/>.</param>
    public static StoreUnavailableException Away(Exception exception, bool isKnownUnchanged = false) =>
        new("The database is unavailable: " + PostgresErrors.Name(exception) + ".", exception) { IsKnownUnchanged = isKnownUnchanged };

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
        Message = "A database call did not end in time and was abandoned; its connection stays out of the pool until it ends")]
    private static partial void LogAbandoned(ILogger logger);
}
