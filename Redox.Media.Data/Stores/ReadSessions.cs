using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Data.Resilience;

namespace Redox.Media.Data.Stores;

/// <summary>
/// The connections from which responses are streamed. They are at most half of the pool's; the other half remains available for deliveries
/// and queries. Between two statements, and while a client does not keep up, its response has no connection and no snapshot: versions never
/// change, so the next statement continues where the last one ended.
/// </summary>
internal sealed class ReadSessions(PoolShares shares, DatabaseResilience resilience, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Responses that may be streamed to one client and to all clients at a time, with or without a connection. Each has a slice in memory,
    /// and another one in the buffers of its client's connection: 64 MiB for all.
    /// </summary>
    private const int MaxResponsesPerClient = 64, MaxResponses = 128;

    private readonly ClientLimit _responses = new(MaxResponsesPerClient, MaxResponses, Timeout, "reads of files");
    private readonly SemaphoreSlim _free = new(shares.MaxReadSessions);

    /// <summary>Reads without retries, because a part has been handed out already. Only opening a connection is retried.</summary>
    /// <param name="maxRows">Maximum number of rows that a statement reads.</param>
    /// <param name="read">
    /// Reads the next part, at most the rows that its session allows; false when there is more to read, or to be written.
    /// </param>
    /// <exception cref="StoreUnavailableException">The database is unavailable, or no connection became free.</exception>
    /// <exception cref="ClientLimitException">The client is being sent as many files as it may.</exception>
    public async Task ReadAsync(
        Caller caller, int maxRows, Func<ReadSession, CancellationToken, Task<bool>> read, CancellationToken cancellation)
    {
        using var response = await _responses.EnterAsync(caller, cancellation);
        var pace = new ReadPace(maxRows, time);
        try
        {
            bool isEnd;
            do
            {
                isEnd = await ReadPartAsync(caller, pace, read, cancellation);
                await pace.NextStatementAsync();
            }
            while (!isEnd);
        }
        finally
        {
            // The memory of a write belongs to the caller.
            if (pace.Unfinished is { } unfinished)
            {
                await unfinished.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    public void Dispose()
    {
        _responses.Dispose();
        _free.Dispose();
    }

    private async Task<bool> ReadPartAsync(
        Caller caller, ReadPace pace, Func<ReadSession, CancellationToken, Task<bool>> read, CancellationToken cancellation)
    {
        using var turn = await shares.Sessions.EnterAsync(caller, cancellation);
        if (!await _free.WaitAsync(Timeout, cancellation))
        {
            throw new StoreUnavailableException("The maximum number of documents is being read.");
        }

        try
        {
            return await resilience.StreamAsync((connection, call, token) => ReadAsync(connection, call, pace, read, token), cancellation);
        }
        finally
        {
            _free.Release();
        }
    }

    private static async Task<bool> ReadAsync(
        NpgsqlConnection connection, DatabaseCall call, ReadPace pace, Func<ReadSession, CancellationToken, Task<bool>> read,
            CancellationToken cancellation)
    {
        var buffer = new ColumnBuffer();
        try
        {
            return await read(new ReadSession(connection, call, buffer, pace), cancellation);
        }
        finally
        {
            if (pace.Unfinished is { } unfinished)
            {
                _ = DisposeAsync(buffer, unfinished);
            }
            else
            {
                buffer.Dispose();
            }
        }
    }

    // What a client is still being sent is in the buffer.
    private static async Task DisposeAsync(ColumnBuffer buffer, Task unfinished)
    {
        await unfinished.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        buffer.Dispose();
    }
}
