using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Options;
using Redox.Media.Api.Configuration;
using Redox.Media.Data;

namespace Redox.Media.Api.Hosting;

/// <summary>
/// Limits the connections of callers, so that file descriptors remain for the database and for files. Kestrel's own limit would close a
/// health check's connection like any other. Some connections beyond the limit are therefore accepted, on which only health checks and the
/// engine are served (<see cref="ConnectionReserveMiddleware"/>), one request each.
/// </summary>
internal sealed class ConnectionLimit(
    IOptions<IntakeSettings> settings, DatabasePool pool, ConsolePool console, TimeProvider time)
{
    /// <summary>Connections that are accepted beyond the limit.</summary>
    private const int Reserve = 16;

    /// <summary>Descriptors for the runtime, listeners, the log, configuration files, and connections that are being closed.</summary>
    private const int OtherDescriptors = 256;

    /// <summary>The limits that are derived from the descriptors: with fewer the service is of no use, and more only take memory.</summary>
    private const int MinDerived = 16, MaxDerived = 10_000;

    /// <summary>
    /// How long a new connection may have no request, which is also the timeout of a request's head; less in the reserve.
    /// </summary>
    private static readonly TimeSpan FirstRequestTimeout = TimeSpan.FromSeconds(10), ReserveTimeout = TimeSpan.FromSeconds(2);

    /// <summary>The connections beyond the limit, oldest first.</summary>
    private readonly List<AcceptedConnection> _reserve = new(Reserve);

    private int _inUse;

    public int Max { get; } = settings.Value.MaxConnections
        ?? Derived(OpenFileLimit.Read(), pool.MaxConnections + console.MaxConnections);

    public int InUse => Volatile.Read(ref _inUse);

    /// <param name="openFiles">The descriptors that the process may have; null when that is not known.</param>
    public static int Derived(long? openFiles, int poolSize) =>
        (int)Math.Clamp((openFiles ?? long.MaxValue) - poolSize - Reserve - OtherDescriptors, MinDerived, MaxDerived);

    /// <summary>The connection middleware.</summary>
    public ConnectionDelegate Limit(ConnectionDelegate next) => connection => AcceptAsync(connection, next);

    private async Task AcceptAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var number = Interlocked.Increment(ref _inUse);
        var accepted = new AcceptedConnection(connection, isReserve: number > Max);
        try
        {
            if (accepted.IsReserve && !TryReserve(accepted))
            {
                connection.Abort();
                return;
            }

            connection.Features.Set(accepted);
            CloseWithoutRequest(accepted);
            await next(connection);
        }
        finally
        {
            Interlocked.Decrement(ref _inUse);
            Release(accepted);
        }
    }

    // A full reserve closes its oldest connection that has no request.
    private bool TryReserve(AcceptedConnection accepted)
    {
        AcceptedConnection? replaced = null;
        lock (_reserve)
        {
            if (_reserve.Count >= Reserve)
            {
                replaced = _reserve.Find(other => !other.HasRequest);
                if (replaced is null)
                {
                    return false;
                }

                _reserve.Remove(replaced);
            }

            _reserve.Add(accepted);
        }

        replaced?.Connection.Abort();
        return true;
    }

    private void Release(AcceptedConnection accepted)
    {
        if (accepted.IsReserve)
        {
            lock (_reserve)
            {
                _reserve.Remove(accepted);
            }
        }
    }

    // Kestrel's keep-alive timeout, of 130 s, holds for a connection without a first request as well.
    private void CloseWithoutRequest(AcceptedConnection accepted)
    {
        var begun = time.GetTimestamp();
        var timeout = accepted.IsReserve ? ReserveTimeout : FirstRequestTimeout;
        accepted.Connection.Features.Get<IConnectionHeartbeatFeature>()?.OnHeartbeat(
            _ =>
            {
                if (!accepted.HasRequest && time.GetElapsedTime(begun) > timeout)
                {
                    accepted.Connection.Abort();
                }
            },
            accepted);
    }
}

/// <summary>A connection that was accepted; a feature of the connection and of its requests.</summary>
internal sealed class AcceptedConnection(ConnectionContext connection, bool isReserve)
{
    public ConnectionContext Connection => connection;

    /// <summary>It is one beyond the limit.</summary>
    public bool IsReserve => isReserve;

    /// <summary>The head of a request has arrived.</summary>
    public bool HasRequest { get; set; }
}
