using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>What a run of load came to. <paramref name="Failures"/> counts answers that were neither 200 nor 201.</summary>
internal sealed record LoadResult(int Requests, int Failures, TimeSpan Elapsed, double[] SortedMilliseconds)
{
    public double PerSecond => Requests / Elapsed.TotalSeconds;

    public double Median => Percentile(0.5);

    public double Percentile(double share) =>
        SortedMilliseconds.Length == 0 ? double.NaN : SortedMilliseconds[(int)Math.Min(SortedMilliseconds.Length - 1, share * SortedMilliseconds.Length)];
}

/// <summary>
/// Sends prepared requests over kept connections, one at a time on each, and reads the answers without looking into them: the load
/// shares its machine with what it measures, so it must cost as little as it can.
/// </summary>
internal sealed class LoadGenerator(IPEndPoint address)
{
    private static long _nextNumber = Stopwatch.GetTimestamp() & 0xFFFFFFFFFFFF;

    /// <param name="pick">The number of the document a request is about; null for a new one each time.</param>
    public async Task<LoadResult> RunAsync(BenchMessages messages, int connections, TimeSpan duration, int mostRequests, Func<long>? pick = null)
    {
        var latencies = new ConcurrentBag<List<double>>();
        var failures = 0;
        var left = mostRequests;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(async () =>
        {
            var mine = new List<double>();
            using var connection = await HttpConnection.OpenAsync(address);
            var request = messages.Copy();
            while (clock.Elapsed < duration && Interlocked.Decrement(ref left) >= 0)
            {
                var number = Interlocked.Increment(ref _nextNumber);
                var asked = pick?.Invoke() ?? number;
                messages.Number(request, asked, messages.AsksByLog ? asked : number);
                var start = Stopwatch.GetTimestamp();
                if (await connection.SendAsync(request) is not (200 or 201))
                {
                    Interlocked.Increment(ref failures);
                }

                mine.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }

            latencies.Add(mine);
        })));
        var elapsed = clock.Elapsed;
        double[] sorted = [.. latencies.SelectMany(list => list).Order()];
        return new LoadResult(sorted.Length, failures, elapsed, sorted);
    }

    /// <summary>Delivers so many, one after another. Returns the number of the first; the numbers of the others follow it.</summary>
    public async Task<long> DeliverAsync(BenchMessages messages, int deliveries)
    {
        var first = Volatile.Read(ref _nextNumber) + 1;
        await RunAsync(messages, 1, TimeSpan.FromMinutes(1), deliveries);
        return first;
    }
}

/// <summary>One kept HTTP/1.1 connection that knows of answers no more than their status and where they end.</summary>
internal sealed class HttpConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[256 * 1024];
    private int _start;
    private int _end;

    private HttpConnection(Socket socket) => _socket = socket;

    public static async Task<HttpConnection> OpenAsync(IPEndPoint address)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address);
        return new HttpConnection(socket);
    }

    /// <summary>Bytes of the last answer's body.</summary>
    public long LastBodyBytes { get; private set; }

    public async Task<int> SendAsync(ReadOnlyMemory<byte> request)
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

        var head = System.Text.Encoding.ASCII.GetString(_buffer, _start, headEnd);
        _start += headEnd + 4;
        LastBodyBytes = 0;
        var lengthAt = head.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase);
        if (lengthAt >= 0)
        {
            await SkipAsync(long.Parse(head.AsSpan(lengthAt + 16).ToString().Split('\r')[0], System.Globalization.CultureInfo.InvariantCulture));
        }
        else if (head.Contains("chunked", StringComparison.OrdinalIgnoreCase))
        {
            while (await NextChunkAsync() is > 0 and var chunk)
            {
                await SkipAsync(chunk);
                await SkipAsync(2);
                LastBodyBytes -= 2;
            }

            await SkipAsync(2);
            LastBodyBytes -= 2;
        }

        return int.Parse(head.AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture);
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
            System.Text.Encoding.ASCII.GetString(_buffer, _start, lineEnd),
            System.Globalization.NumberStyles.AllowHexSpecifier,
            System.Globalization.CultureInfo.InvariantCulture);
        _start += lineEnd + 2;
        return size;
    }

    private async Task SkipAsync(long bytes)
    {
        LastBodyBytes += bytes;
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
