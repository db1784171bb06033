using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>One kept HTTP/1.1 connection that knows of an answer its status, where it ends, and whether a text stands near its beginning.</summary>
internal sealed class HttpConnection : IDisposable
{
    /// <summary>Bytes of a body, or of each chunk of one, that are looked through: all of a small answer, next to nothing of a large one.</summary>
    public const int LookedThrough = 16 * 1024;

    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[256 * 1024];
    private int _start;
    private int _end;

    private HttpConnection(Socket socket) => _socket = socket;

    public static async Task<HttpConnection> OpenAsync(IPEndPoint address)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address);
            return new HttpConnection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Bytes of the last answer's body.</summary>
    public long BodyBytes { get; private set; }

    /// <summary>Whether the last answer's body had the text that was looked for.</summary>
    public bool HadText { get; private set; }

    /// <param name="request">Head and body.</param>
    /// <param name="text">What to look for in the answer's body.</param>
    /// <param name="body">Takes the answer's body; null to throw it away.</param>
    /// <returns>The status of the answer.</returns>
    public async Task<int> SendAsync(ReadOnlyMemory<byte> request, ReadOnlyMemory<byte> text = default, Stream? body = null)
    {
        while (!request.IsEmpty)
        {
            request = request[await _socket.SendAsync(request)..];
        }

        int headEnd;
        while ((headEnd = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8)) < 0)
        {
            await FillAsync();
        }

        var head = Encoding.ASCII.GetString(_buffer, _start, headEnd);
        _start += headEnd + 4;
        (BodyBytes, HadText) = (0, text.IsEmpty);
        var lengthAt = head.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase);
        if (lengthAt >= 0)
        {
            await ReadAsync(long.Parse(head.AsSpan(lengthAt + 16).ToString().Split('\r')[0], CultureInfo.InvariantCulture), text, body);
        }
        else if (head.Contains("chunked", StringComparison.OrdinalIgnoreCase))
        {
            while (await NextChunkAsync() is > 0 and var chunk)
            {
                await ReadAsync(chunk, text, body);
                await SkipAsync(2, null);
            }

            await SkipAsync(2, null);
        }

        return int.Parse(head.AsSpan(9, 3), CultureInfo.InvariantCulture);
    }

    public void Dispose() => _socket.Dispose();

    private async Task<long> NextChunkAsync()
    {
        int lineEnd;
        while ((lineEnd = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n"u8)) < 0)
        {
            await FillAsync();
        }

        var size = long.Parse(
            Encoding.ASCII.GetString(_buffer, _start, lineEnd), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        _start += lineEnd + 2;
        return size;
    }

    private async Task ReadAsync(long bytes, ReadOnlyMemory<byte> text, Stream? body)
    {
        if (!HadText)
        {
            var looked = (int)Math.Min(bytes, LookedThrough);
            while (_end - _start < looked)
            {
                await FillAsync();
            }

            HadText = _buffer.AsSpan(_start, looked).IndexOf(text.Span) >= 0;
        }

        BodyBytes += bytes;
        await SkipAsync(bytes, body);
    }

    private async Task SkipAsync(long bytes, Stream? into)
    {
        while (bytes > 0)
        {
            if (_start == _end)
            {
                await FillAsync();
            }

            var skipped = (int)Math.Min(bytes, _end - _start);
            into?.Write(_buffer.AsSpan(_start, skipped));
            _start += skipped;
            bytes -= skipped;
        }
    }

    private async Task FillAsync()
    {
        if (_start == _end)
        {
            _start = _end = 0;
        }
        else if (_end == _buffer.Length)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        var received = await _socket.ReceiveAsync(_buffer.AsMemory(_end));
        if (received == 0)
        {
            throw new IOException("The server closed the connection.");
        }

        _end += received;
    }
}
