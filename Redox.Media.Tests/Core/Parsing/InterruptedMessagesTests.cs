using System.Text;
using NUnit.Framework;
using Redox.Media.Core.Parsing;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Core.Parsing;

/// <summary>Bodies that end, or are ended, before their time. However it goes, the memory comes back.</summary>
[TestFixture]
public sealed class InterruptedMessagesTests
{
    private static readonly byte[] Body = Encoding.UTF8.GetBytes(
        "{\"Media\":{\"FileContents\":\"AQIDBAUG\\nBwgJ\",\"A\":\"b\"}}");

    [TearDown]
    public void Nothing_stays_rented() => Assert.That(ReaderUnderTest.Pool.Outstanding, Is.Zero);

    [Test]
    public void Cut_off_anywhere_keeps_what_came([Range(0, 52)] int length)
    {
        foreach (var bytesPerRead in new[] { 1, 5, 100 })
        {
            var came = Body[..Math.Min(length, Body.Length)];
            var pipe = new ChunkedPipeReader(came, bytesPerRead, new IOException("The sender went away."));
            using var reservation = ReaderUnderTest.Reserve(long.MaxValue / 2);
            using var message = new ReaderUnderTest().Read(pipe, reservation).Message!;
            Assert.That(message.Defect, Is.EqualTo(MessageDefect.Truncated | (came.Length < Body.Length ? MessageDefect.NotJson : 0)));
            Assert.That(ReaderUnderTest.RawOf(message), Is.EqualTo(came));
            Assert.That(pipe.IsAtRest, Is.True);
        }
    }

    [Test]
    public void Too_large_ends_the_reading([Values(0, 1, 30)] int missing, [Values(1, 7, 1000)] int bytesPerRead)
    {
        var pipe = new ChunkedPipeReader(Body, bytesPerRead);
        using var reservation = ReaderUnderTest.Reserve(long.MaxValue / 2);
        var result = new ReaderUnderTest(new BodyLimits { MaxBodyBytes = Body.Length - missing }).Read(pipe, reservation);
        using var message = result.Message;
        Assert.That(result.Status, Is.EqualTo(missing == 0 ? BodyReadStatus.Complete : BodyReadStatus.TooLarge));
        Assert.That(message is null, Is.EqualTo(missing > 0));
        Assert.That(pipe.IsAtRest, Is.True);
        Assert.That(pipe.BytesConsumed, Is.LessThanOrEqualTo(Body.Length - missing + bytesPerRead));
    }

    [Test]
    public void Reservation_grows_by_what_is_held_and_no_more()
    {
        var content = Convert.ToBase64String(new byte[600_000]);
        var body = Encoding.UTF8.GetBytes("{\"Media\":{\"FileContents\":\"" + content + "\"}}");
        using var ample = ReaderUnderTest.Reserve(body.Length + (64 * 1024), body.Length + (64 * 1024));
        using (new ReaderUnderTest().Read(new ChunkedPipeReader(body, 4096), ample).Message)
        {
            Assert.That(ample.Bytes, Is.EqualTo(body.Length + (64 * 1024)), "Three slices of 256 KiB lie within it.");
        }

        using var none = ReaderUnderTest.Reserve(0);
        using var message = new ReaderUnderTest().Read(new ChunkedPipeReader(body, 4096), none).Message;
        Assert.That(none.Bytes, Is.EqualTo((3 * PooledBytes.SliceBytes) + 4096));
    }

    [Test]
    public void Text_beside_content_needs_more_and_may_be_refused([Values(100, 4096, 1_000_000)] int bytesPerRead)
    {
        var content = Convert.ToBase64String(new byte[600_000]);
        var body = Encoding.UTF8.GetBytes("{\"Media\":{\"FileContents\":\"\\n" + content + "\"}}");
        var budget = new ByteBudget(1_600_000, TimeProvider.System);
        using var neighbour = budget.AcquireAsync(600_000, TimeSpan.Zero, default).AsTask().Result;
        using var reservation = budget.AcquireAsync(1_000_000, TimeSpan.Zero, default).AsTask().Result!;
        var pipe = new ChunkedPipeReader(body, bytesPerRead);

        var refused = new ReaderUnderTest().Read(pipe, reservation);

        Assert.That(refused, Is.EqualTo(new BodyReadResult(BodyReadStatus.BudgetExhausted, null)));
        Assert.That(pipe.IsAtRest, Is.True);
        neighbour!.Dispose();
        using var message = new ReaderUnderTest().Read(new ChunkedPipeReader(body, bytesPerRead), reservation).Message;
        Assert.That(message!.Content!.Length, Is.EqualTo(600_000));
    }

    [Test]
    public void Cancellation_throws()
    {
        using var reservation = ReaderUnderTest.Reserve(1000);
        var reader = new BodyReader(new BodyLimits(), ReaderUnderTest.Pool);
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        Assert.That(
            async () => await reader.ReadAsync(
                new ChunkedPipeReader(Body, 5), ContentProperty.Media, null, reservation, cancellation.Token),
            Throws.InstanceOf<OperationCanceledException>());
        var cancelled = new ChunkedPipeReader(Body, 5) { CancelNextRead = true };
        Assert.That(
            async () => await reader.ReadAsync(cancelled, ContentProperty.Media, null, reservation, default),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(cancelled.IsAtRest, Is.True);
    }

    [Test]
    public void Failure_of_the_pipe_that_is_no_cut_is_thrown()
    {
        using var reservation = ReaderUnderTest.Reserve(1000);
        var pipe = new ChunkedPipeReader(Body.AsMemory(0, 20), 5, new InvalidOperationException("A bug."));
        var reader = new BodyReader(new BodyLimits(), ReaderUnderTest.Pool);
        Assert.That(
            async () => await reader.ReadAsync(pipe, ContentProperty.Media, null, reservation, default), Throws.InvalidOperationException);
    }

    [Test]
    public void Nothing_can_be_read_after_disposal()
    {
        var message = new ReaderUnderTest().Read(Body, 5);
        using var raw = message.OpenRaw();
        var content = message.Content!;
        message.Dispose();
        message.Dispose();
        Assert.That(() => raw.ReadByte(), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => message.Envelope, Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => content.Slice(0), Throws.InstanceOf<ObjectDisposedException>());
    }
}
