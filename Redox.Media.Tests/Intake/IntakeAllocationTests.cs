using System.Diagnostics;
using System.Text;
using NUnit.Framework;
using Redox.Media.Core.Intake;

namespace Redox.Media.Tests.Intake;

/// <summary>What a body costs beside its pooled memory. Read on this thread alone: the pipe never waits.</summary>
[TestFixture]
public sealed class IntakeAllocationTests
{
    [TestCase(2_000, 4_000, 64 * 1024)]
    [TestCase(30_000_000, 100_000, 4 * 1024)]
    [TestCase(30_000_000, 100_000, 64 * 1024)]
    public void Allocates_little(int contentBytes, int mostAllocated, int bytesPerRead)
    {
        var content = new byte[contentBytes];
        new Random(1).NextBytes(content);
        var body = Encoding.UTF8.GetBytes("{\"Media\":{\"FileContents\":\"" + Convert.ToBase64String(content) + "\"}}");
        var reader = new MessageReader(new IntakeLimits(), ReaderUnderTest.Pool);
        using var reservation = ReaderUnderTest.Reserve(long.MaxValue / 2);
        var best = long.MaxValue;
        var fastest = TimeSpan.MaxValue;
        for (var warmUp = 0; warmUp < 5; warmUp++)
        {
            var pipe = new ChunkedPipeReader(body, bytesPerRead);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var started = Stopwatch.GetTimestamp();
            using (reader.ReadAsync(pipe, FilePath.Media, reservation, CancellationToken.None).GetAwaiter().GetResult().Message)
            {
                fastest = TimeSpan.FromTicks(Math.Min(fastest.Ticks, Stopwatch.GetElapsedTime(started).Ticks));
            }

            best = Math.Min(best, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        TestContext.Out.WriteLine($"{body.Length:N0} bytes in, {bytesPerRead:N0} per read: {best:N0} allocated, {fastest.TotalMilliseconds:N1} ms");
        Assert.That(best, Is.LessThan(mostAllocated));
    }
}
