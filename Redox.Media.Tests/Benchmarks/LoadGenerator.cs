using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Redox.Media.Tests.Convergence;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>
/// Sends prepared requests over kept connections, one at a time on each, and sees whether each answer is the one that was meant: the load
/// shares its machine with what it measures, so it must cost as little as it can.
/// </summary>
internal sealed class LoadGenerator(IPEndPoint address)
{
    private static long _nextNumber = Stopwatch.GetTimestamp() & 0xFFFFFFFFFFFF;

    /// <param name="pick">The number of the document a request is about; null for a new one each time.</param>
    public async Task<LoadResult> RunAsync(
        BenchMessages messages, int connections, TimeSpan duration, int mostRequests = int.MaxValue, Func<long>? pick = null)
    {
        var latencies = new ConcurrentBag<List<double>>();
        var failures = new ConcurrentBag<string>();
        var left = mostRequests;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(async () =>
        {
            var mine = new List<double>();
            using var connection = await HttpConnection.OpenAsync(address);
            var (request, text) = (messages.Copy(), messages.Expected.Text.Copy());
            while (clock.Elapsed < duration && Interlocked.Decrement(ref left) >= 0)
            {
                var number = Interlocked.Increment(ref _nextNumber);
                var asked = pick?.Invoke() ?? number;
                var log = messages.AsksByLog ? asked : number;
                messages.Number(request, asked, log);
                messages.Expected.Text.Number(text, asked, log);
                var start = Stopwatch.GetTimestamp();
                var status = await connection.SendAsync(request, text);
                if (messages.Expected.IsMet(status, connection))
                {
                    mine.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                }
                else
                {
                    failures.Add($"number {asked}: {ExpectedAnswer.Receipt(status, connection)}");
                }
            }

            latencies.Add(mine);
        })));
        return new LoadResult(failures.Count, failures.FirstOrDefault(), clock.Elapsed, [.. latencies.SelectMany(list => list).Order()]);
    }

    /// <summary>Delivers so many, one after another. Returns the number of the first; the numbers of the others follow it.</summary>
    public async Task<long> DeliverAsync(BenchMessages messages, int deliveries)
    {
        var first = Volatile.Read(ref _nextNumber) + 1;
        var delivered = await RunAsync(messages, 1, TimeSpan.FromMinutes(1), deliveries);
        return delivered.Requests == deliveries
            ? first
            : throw new InvalidOperationException($"Of {deliveries} documents {delivered.Requests} could be delivered. {delivered.Failure}");
    }

    /// <summary>Sends one and returns the body of its answer.</summary>
    /// <param name="number">Of the document, or of the log.</param>
    public async Task<byte[]> AskAsync(BenchMessages messages, long number)
    {
        using var connection = await HttpConnection.OpenAsync(address);
        var (request, text) = (messages.Copy(), messages.Expected.Text.Copy());
        messages.Number(request, number, number);
        messages.Expected.Text.Number(text, number, number);
        using var body = new MemoryStream();
        var status = await connection.SendAsync(request, text, body);
        return messages.Expected.IsMet(status, connection)
            ? body.ToArray()
            : throw new InvalidOperationException("The answer is not the one that was meant: " + ExpectedAnswer.Receipt(status, connection));
    }
}
