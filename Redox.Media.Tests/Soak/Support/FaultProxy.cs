using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Redox.Media.Tests.Soak.Support;

/// <summary>
/// The network between the service and its database: a TCP port in front of the server's socket, which can be cut and stalled.
/// </summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Socket, Socket> _pairs = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private readonly string _socketPath;
    private readonly bool _dropsOptions;
    private TimeSpan _busyUntil;
    private volatile TaskCompletionSource? _stall;
    private volatile bool _isCut;
    private int _cutAfter = -1;
    private int _stallAfter = -1;
    private long _roundTrips;

    /// <param name="dropsOptions">As PgBouncer does with <c>ignore_startup_parameters = options</c>.</param>
    public FaultProxy(SoakDatabase database, bool dropsOptions = false)
    {
        _dropsOptions = dropsOptions;
        _socketPath = database.SocketPath;
        _listener.Start();
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString)
        {
            Host = "127.0.0.1",
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port,
            SslMode = SslMode.Disable,
        };
        ConnectionString = settings.ConnectionString;
        _ = AcceptAsync();
    }

    public string ConnectionString { get; }

    /// <summary>
    /// How often the service has spoken, on any connection, after the server had: each time it had waited for what the server says.
    /// </summary>
    public long RoundTrips => Interlocked.Read(ref _roundTrips);

    /// <summary>Bytes a second to the server, on all connections together; 0 for as many as there are.</summary>
    public int BytesPerSecond { get; set; }

    /// <summary>Bytes stop where they are; connections stay open, new ones are taken and hear nothing.</summary>
    public void Stall() => _stall ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Stalls with the byte after that many more, wherever in a statement that is; the connections stay open.</summary>
    public void StallAfter(int bytes) => Interlocked.Exchange(ref _stallAfter, bytes);

    public void Flow() => Interlocked.Exchange(ref _stall, null)?.SetResult();

    /// <summary>Every connection is reset, and new ones at once.</summary>
    public void Cut()
    {
        _isCut = true;
        foreach (var (client, server) in _pairs)
        {
            Reset(client, server);
        }
    }

    public void Mend() => _isCut = false;

    /// <summary>Resets the connection that carries the byte after that many more, wherever in a statement that is.</summary>
    public void CutAfter(int bytes) => Interlocked.Exchange(ref _cutAfter, bytes);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        Flow();
        Cut();
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_end.Token);
                _ = ServeAsync(client);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The run is over.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        client.NoDelay = true;
        var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _pairs[client] = server;
        try
        {
            await WaitAsync();
            await server.ConnectAsync(new UnixDomainSocketEndPoint(_socketPath));
            if (_isCut)
            {
                return;
            }

            if (_dropsOptions)
            {
                await server.SendAsync(await StartupPacket.ReadWithoutOptionsAsync(client, _end.Token));
            }

            var serverSpoke = 0;
            await Task.WhenAny(
                PumpAsync(client, server, ToServerAsync),
                PumpAsync(server, client, _ =>
                {
                    Interlocked.Exchange(ref serverSpoke, 1);
                    return Task.CompletedTask;
                }));

            Task ToServerAsync(int length)
            {
                Interlocked.Add(ref _roundTrips, Interlocked.Exchange(ref serverSpoke, 0));
                return ThrottleAsync(length);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Either side has gone: so does the other.
        }
        finally
        {
            Reset(client, server);
            _pairs.TryRemove(client, out _);
        }
    }

    private async Task PumpAsync(Socket from, Socket to, Func<int, Task> spoken)
    {
        try
        {
            var buffer = new byte[32 * 1024];
            int length;
            while ((length = await from.ReceiveAsync(buffer.AsMemory(), SocketFlags.None, _end.Token)) > 0)
            {
                await spoken(length);
                if (IsPast(ref _stallAfter, length))
                {
                    Stall();
                }

                await WaitAsync();
                if (IsPast(ref _cutAfter, length))
                {
                    return;
                }

                for (var sent = 0; sent < length;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, length - sent), SocketFlags.None, _end.Token);
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Either side has gone.
        }
    }

    private Task ThrottleAsync(int length)
    {
        if (BytesPerSecond == 0)
        {
            return Task.CompletedTask;
        }

        lock (_gate)
        {
            var now = Stopwatch.GetElapsedTime(0);
            _busyUntil = (_busyUntil > now ? _busyUntil : now) + TimeSpan.FromSeconds((double)length / BytesPerSecond);
            return Task.Delay(_busyUntil - now, _end.Token);
        }
    }

    private static bool IsPast(ref int limit, int length) =>
        Volatile.Read(ref limit) >= 0 && Interlocked.Add(ref limit, -length) < 0 && Interlocked.Exchange(ref limit, -1) != -1;

    private Task WaitAsync() => _stall?.Task ?? Task.CompletedTask;

    private static void Reset(Socket client, Socket server)
    {
        try
        {
            client.LingerState = new LingerOption(true, 0);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Closed already.
        }

        client.Dispose();
        server.Dispose();
    }
}
