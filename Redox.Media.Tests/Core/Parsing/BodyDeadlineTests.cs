using System.IO.Pipelines;
using System.Text;
using NUnit.Framework;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Tests.Core.Parsing;

/// <summary>A body has ten seconds and a second for each 256 KiB; of one of unknown length, for each that has arrived.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class BodyDeadlineTests
{
    private const int Rate = 256 * 1024;

    private readonly ManualTime _time = new();
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));

    [TestCase(2000, 0, 10)] // no byte of a small body
    [TestCase(20 * Rate, 1000, 30)] // a large one
    [TestCase(null, 1000, 10)] // of unknown length
    [TestCase(null, 5 * Rate, 15)] // of unknown length, the most of which has arrived
    public async Task A_read_is_cancelled_when_the_time_is_up(int? length, int arrived, int seconds)
    {
        using var deadline = new BodyDeadline(TimeSpan.FromSeconds(10), Rate, length, _time);
        var first = deadline.ReadAsync(_pipe.Reader, 0, default).AsTask();
        await _pipe.Writer.WriteAsync("{"u8.ToArray());
        _pipe.Reader.AdvanceTo((await first).Buffer.End);
        var second = deadline.ReadAsync(_pipe.Reader, arrived, default);

        Advance(seconds - 0.5);
        Assert.That((second.IsCompleted, deadline.HasPassed), Is.EqualTo((false, false)));

        Advance(1);
        Assert.That(deadline.HasPassed, Is.True);
        Assert.That((await second.AsTask().WaitAsync(TimeSpan.FromSeconds(20))).IsCanceled, Is.True);
    }

    [Test]
    public async Task A_body_that_takes_too_long_is_truncated()
    {
        var reading = Read(2000);
        await _pipe.Writer.WriteAsync("{\"a\":"u8.ToArray());
        await Tests.Support.Eventually.IsTrueAsync(
            "the time is up",
            () =>
            {
                Advance(1); // while a part is being worked on, the time is looked at a little later
                return Task.FromResult(reading.IsCompleted);
            },
            TimeSpan.FromSeconds(20));

        using var message = (await reading).Message!;
        Assert.That(message.Defect & (MessageDefect.Truncated | MessageDefect.TimedOut), Is.EqualTo(
            MessageDefect.Truncated | MessageDefect.TimedOut));
        Assert.That(message.BodyLength, Is.EqualTo(5));
    }

    [Test]
    public async Task A_body_that_is_complete_in_time_is_not_truncated()
    {
        var reading = Read(14);
        await _pipe.Writer.WriteAsync("{\"a\":"u8.ToArray());
        Advance(9);
        await _pipe.Writer.WriteAsync("\"bcdef\"}"u8.ToArray());
        await _pipe.Writer.CompleteAsync();

        using var message = (await reading.WaitAsync(TimeSpan.FromSeconds(20))).Message!;
        Assert.That(message.Defect, Is.EqualTo(MessageDefect.None));
        Assert.That(_time.ActiveTimers, Is.Zero);
    }

    [Test]
    public async Task The_wait_for_the_budget_does_not_count()
    {
        var budget = new ByteBudget(100_000, _time);
        var neighbour = (await budget.AcquireAsync(90_000, TimeSpan.Zero, default))!;
        using var reservation = (await budget.AcquireAsync(5000, TimeSpan.FromMinutes(2), default))!;
        var reading = new BodyReader(new BodyLimits(), _time).ReadAsync(
            _pipe.Reader, ContentProperty.Media, 20_008, reservation, CancellationToken.None);
        await _pipe.Writer.WriteAsync(Encoding.ASCII.GetBytes("{\"a\":\"" + new string('b', 20_000)));
        await Tests.Support.Eventually.IsTrueAsync("it waits", () => Task.FromResult(budget.Waiting == 1), TimeSpan.FromSeconds(20));

        _time.Advance(TimeSpan.FromMinutes(1));
        neighbour.Dispose();
        await _pipe.Writer.WriteAsync("\"}"u8.ToArray());
        await _pipe.Writer.CompleteAsync();

        using var message = (await reading.WaitAsync(TimeSpan.FromSeconds(20))).Message!;
        Assert.That(message.Defect, Is.EqualTo(MessageDefect.None));
    }

    private Task<BodyReadResult> Read(long? length) => new BodyReader(new BodyLimits(), _time).ReadAsync(
        _pipe.Reader, ContentProperty.Media, length, ReaderUnderTest.Reserve(long.MaxValue / 2), CancellationToken.None);

    // In steps, as a timer that is set anew rings again.
    private void Advance(double seconds)
    {
        for (var at = 0.0; at < seconds; at += 0.25)
        {
            _time.Advance(TimeSpan.FromSeconds(0.25));
        }
    }
}
