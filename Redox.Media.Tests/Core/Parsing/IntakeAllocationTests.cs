using System.Diagnostics;
using System.Text;
using NUnit.Framework;
using Redox.Media.Core.Parsing;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Core.Parsing;

/// <summary>What a body costs beside its pooled memory. Read on this thread alone: the pipe never waits.</summary>
[TestFixture]
[NonParallelizable]
public sealed class IntakeAllocationTests
{
    [TestCase(2_000, 4_000, 64 * 1024, "plain")]
    [TestCase(30_000_000, 100_000, 4 * 1024, "plain")]
    [TestCase(30_000_000, 100_000, 64 * 1024, "plain")]
    [TestCase(30_000_000, 100_000, 64 * 1024, "slashes escaped")]
    [TestCase(30_000_000, 100_000, 64 * 1024, "lines")]
    [TestCase(30_000_000, 100_000, 64 * 1024, "undecodable")]
    public void Allocates_little(int contentBytes, int mostAllocated, int bytesPerRead, string dialect)
    {
        var content = new byte[contentBytes];
        new Random(1).NextBytes(content);
        var base64 = Convert.ToBase64String(content);
        var text = dialect switch
        {
            "slashes escaped" => base64.Replace("/", "\\/"),
            "lines" => string.Join("\\n", base64.Chunk(60).Select(line => new string(line))),
            "undecodable" => "?" + base64,
            _ => base64,
        };
        var body = Encoding.UTF8.GetBytes("{\"Media\":{\"FileContents\":\"" + text + "\"}}");
        var reader = new BodyReader(new BodyLimits(), ReaderUnderTest.Pool);
        using var reservation = ReaderUnderTest.Reserve(long.MaxValue / 2);
        var best = long.MaxValue;
        var fastest = TimeSpan.MaxValue;
        for (var warmUp = 0; warmUp < 3; warmUp++)
        {
            var pipe = new ChunkedPipeReader(body, bytesPerRead);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var started = Stopwatch.GetTimestamp();
            var reading = reader.ReadAsync(pipe, ContentProperty.Media, body.Length, reservation, CancellationToken.None);
            using (reading.GetAwaiter().GetResult().Message)
            {
                fastest = TimeSpan.FromTicks(Math.Min(fastest.Ticks, Stopwatch.GetElapsedTime(started).Ticks));
            }

            best = Math.Min(best, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        TestContext.Out.WriteLine(
            $"{dialect}, {body.Length:N0} bytes in, {bytesPerRead:N0} per read: {best:N0} allocated, {fastest.TotalMilliseconds:N1} ms");
        Assert.That(best, Is.LessThan(mostAllocated));
    }
}
