using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Redox.Media.Tests.Support;

/// <summary>
/// A connection on which a test says byte for byte what it sends: a wrong length, half a body, nothing more. Lives at most for
/// <see cref="Timeout"/>, so that a service that hangs fails the test.
/// </summary>
internal sealed class RawConnection : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly CancellationTokenSource _timeout = new(Timeout);
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    private RawConnection()
    {
    }

    public static async Task<RawConnection> OpenAsync(Uri address)
    {
        var connection = new RawConnection();
        await connection._socket.ConnectAsync(IPAddress.Parse(address.Host), address.Port);
        return connection;
    }

    /// <summary>The head of a POST as the engine sends it.</summary>
    public static byte[] Head(long contentLength, string path = "/", string? token = RunningService.EngineToken) =>
        Encoding.ASCII.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + (token is null ? "" : $"verification-token: {token}\r\n")
            + $"Content-Length: {contentLength.ToString(CultureInfo.InvariantCulture)}\r\n\r\n");

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None)..];
        }
    }

    public Task SendAsync(string ascii) => SendAsync(Encoding.ASCII.GetBytes(ascii));

    /// <summary>Says that nothing more will come; answers can still be read.</summary>
    public void EndSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Goes away at once, without a word.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    /// <summary>
    /// Reads one answer with a Content-Length; null when the connection ended before one came, as it may when we end ours first.
    /// </summary>
    public async Task<(int Status, string Head, byte[] Body)?> ReadAnswerAsync()
    {
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await ReadByteAsync() is not { } next)
            {
                return null;
            }

            head.Append((char)next);
        }

        var text = head.ToString();
        var length = text.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        var body = new byte[length is null ? 0 : int.Parse(length.Split(':')[1], CultureInfo.InvariantCulture)];
        for (var i = 0; i < body.Length; i++)
        {
            body[i] = await ReadByteAsync() ?? throw new EndOfStreamException("The answer broke off.");
        }

        return (int.Parse(text.AsSpan(9, 3), CultureInfo.InvariantCulture), text, body);
    }

    /// <summary>Reads until what was read ends with <paramref name="ending"/>, counting and keeping nothing else.</summary>
    public async Task<long> CountUntilAsync(byte[] ending, byte[] buffer)
    {
        long total = 0;
        var kept = 0;
        while (!buffer.AsSpan(0, kept).EndsWith(ending))
        {
            var tail = Math.Min(kept, ending.Length);
            buffer.AsSpan(kept - tail, tail).CopyTo(buffer);
            var count = await ReceiveAsync(buffer.AsMemory(tail));
            if (count == 0)
            {
                throw new EndOfStreamException("The answer broke off.");
            }

            kept = tail + count;
            total += count;
        }

        return total;
    }

    /// <summary>Receives up to <paramref name="count"/> bytes, at most 64 KB, and keeps nothing of them; 0 at the end.</summary>
    public async Task<int> ReceiveAtMostAsync(int count) => await ReceiveAsync(_buffer.AsMemory(0, count));

    /// <summary>Receives until it has <paramref name="count"/> bytes or the connection ends, and keeps nothing of them.</summary>
    public async Task<long> CountAsync(long count)
    {
        long total = 0;
        while (total < count && await ReceiveAsync(_buffer) is > 0 and var received)
        {
            total += received;
        }

        return total;
    }

    public void Dispose()
    {
        _socket.Dispose();
        _timeout.Dispose();
    }

    private async ValueTask<byte?> ReadByteAsync()
    {
        if (_start == _end)
        {
            _start = 0;
            _end = await ReceiveAsync(_buffer);
            if (_end == 0)
            {
                return null;
            }
        }

        return _buffer[_start++];
    }

    private async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        try
        {
            return await _socket.ReceiveAsync(buffer, SocketFlags.None, _timeout.Token);
        }
        catch (SocketException)
        {
            return 0;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException("The service said nothing.");
        }
    }
}
