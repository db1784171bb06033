using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Redox.Media.Tests.Support;

/// <summary>A kept HTTP/1.1 connection for prepared requests that allocates little: what a test measures is the service.</summary>
internal sealed class HttpConnection : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[256 * 1024];
    private int _start;
    private int _end;

    private HttpConnection()
    {
    }

    public static async Task<HttpConnection> OpenAsync(Uri address)
    {
        var connection = new HttpConnection();
        await connection._socket.ConnectAsync(address.Host, address.Port);
        return connection;
    }

    /// <summary>Sends head and body, and reads the response to its end.</summary>
    /// <returns>The status of the response.</returns>
    public async Task<int> SendAsync(ReadOnlyMemory<byte> request)
    {
        while (!request.IsEmpty)
        {
            request = request[await _socket.SendAsync(request)..];
        }

        var head = Encoding.ASCII.GetString((await ReadUntilAsync("\r\n\r\n"u8.ToArray())).Span);
        var lengthAt = head.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase);
        if (lengthAt >= 0)
        {
            await SkipAsync(long.Parse(head[(lengthAt + 16)..].Split('\r')[0], CultureInfo.InvariantCulture));
        }
        else if (head.Contains("chunked", StringComparison.OrdinalIgnoreCase))
        {
            while (await NextChunkAsync() is > 0 and var chunk)
            {
                await SkipAsync(chunk + 2);
            }

            await SkipAsync(2);
        }

        return int.Parse(head.AsSpan(9, 3), CultureInfo.InvariantCulture);
    }

    public void Dispose() => _socket.Dispose();

    private async Task<long> NextChunkAsync()
    {
        var line = await ReadUntilAsync("\r\n"u8.ToArray());
        return long.Parse(Encoding.ASCII.GetString(line.Span), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }

    private async Task<ReadOnlyMemory<byte>> ReadUntilAsync(byte[] ending)
    {
        int length;
        while ((length = _buffer.AsSpan(_start, _end - _start).IndexOf(ending)) < 0)
        {
            await FillAsync();
        }

        var read = _buffer.AsMemory(_start, length);
        _start += length + ending.Length;
        return read;
    }

    private async Task SkipAsync(long bytes)
    {
        while (bytes > 0)
        {
            if (_start == _end)
            {
                await FillAsync();
            }

            var skipped = (int)Math.Min(bytes, _end - _start);
            _start += skipped;
            bytes -= skipped;
        }
    }

    private async Task FillAsync()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        var received = await _socket.ReceiveAsync(_buffer.AsMemory(_end));
        _end += received > 0 ? received : throw new IOException("The server closed the connection.");
    }
}
