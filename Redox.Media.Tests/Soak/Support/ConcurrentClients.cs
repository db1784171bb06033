using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Redox.Media.Tests.Soak.Support;

/// <summary>
/// Strangers: each holds a connection and says nothing, or dribbles a head or the body of a handshake, a byte a second. Who is sent away
/// comes back at once.
/// </summary>
internal sealed class ConcurrentClients(IPEndPoint address) : IAsyncDisposable
{
    private static readonly byte[][] Openings =
    [
        [],
        Encoding.ASCII.GetBytes("POST / HTTP/1.1\r\nHost: a\r\nX-Filler: "),
        Encoding.ASCII.GetBytes("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4000\r\n\r\n{"),
        Encoding.ASCII.GetBytes("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nFA0\r\n{"),
        Encoding.ASCII.GetBytes("GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n"),
    ];

    /// <summary>
    /// Addresses of this machine to come from: one has 28,000 ports, and those of connections that were closed rest for a minute.
    /// </summary>
    private const int Addresses = 50;

    /// <summary>
    /// Some who have a credential and a line that hardly carries: they hold their share of the byte budget until they are cut off.
    /// </summary>
    private static readonly byte[][] SlowSenders =
    [
        .. Enumerable.Repeat(
            Encoding.ASCII.GetBytes(
            $"POST / HTTP/1.1\r\nHost: a\r\nverification-token: {ServiceProcess.EngineToken}\r\nTransfer-Encoding: chunked\r\n\r\nFA0\r\n{{"), 4),
        .. Enumerable.Repeat(
            Encoding.ASCII.GetBytes(
            $"POST / HTTP/1.1\r\nHost: a\r\nverification-token: {ServiceProcess.EngineToken}\r\nContent-Length: 40000\r\n\r\n{{"), 100),
    ];

    private readonly CancellationTokenSource _end = new();
    private readonly List<Task> _strangers = [];
    private int _held;

    /// <summary>Connections that are open.</summary>
    public int Held => Volatile.Read(ref _held);

    /// <summary>Ends when all have connected at least once.</summary>
    public async Task GatherAsync(int count)
    {
        var arrivals = new List<Task>();
        for (var number = 0; number < count; number++)
        {
            var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _strangers.Add(
                BeAsync(new IPAddress([127, 0, 0, (byte)(2 + (number / Openings.Length % Addresses))]), number < SlowSenders.Length
                ? SlowSenders[number] : Openings[number % Openings.Length], arrived));
            arrivals.Add(arrived.Task);
            if (number % 64 == 63)
            {
                await Task.WhenAll(arrivals);
            }
        }

        await Task.WhenAll(arrivals);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_end.IsCancellationRequested)
        {
            await _end.CancelAsync();
            await Task.WhenAll(_strangers);
            _end.Dispose();
        }
    }

    private async Task BeAsync(IPAddress from, byte[] opening, TaskCompletionSource arrived)
    {
        var answer = new byte[4096];
        while (!_end.IsCancellationRequested)
        {
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(from, 0));
                await socket.ConnectAsync(address, _end.Token);
                Interlocked.Increment(ref _held);
                try
                {
                    arrived.TrySetResult();
                    await socket.SendAsync(opening.AsMemory(), SocketFlags.None, _end.Token);
                    await Task.WhenAny(DribbleAsync(socket, opening), HearAsync(socket, answer));
                }
                finally
                {
                    Interlocked.Decrement(ref _held);
                }
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                await Task.Yield(); // sent away, or the run is over
            }
        }
    }

    private async Task DribbleAsync(Socket socket, byte[] opening)
    {
        try
        {
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
            while (await timer.WaitForNextTickAsync(_end.Token))
            {
                if (opening.Length > 0 && !opening.AsSpan().EndsWith("\r\n\r\n"u8))
                {
                    await socket.SendAsync("a"u8.ToArray(), SocketFlags.None, _end.Token);
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Sent away, or the run is over.
        }
    }

    private async Task HearAsync(Socket socket, byte[] buffer)
    {
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory(), SocketFlags.None, _end.Token) > 0)
            {
                // until it is closed
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Reset, or the run is over.
        }
    }
}
