using NUnit.Framework;
using Redox.Media.Core.Deliveries;
using Redox.Media.Tests.Core.Parsing;

namespace Redox.Media.Tests.Core.Deliveries;

[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class DeliveryTimerTests
{
    [Test]
    public void Each_stage_lasts_from_the_end_of_the_one_before()
    {
        var time = new ManualTime();
        var timer = new DeliveryTimer(time);
        Assert.That((timer.ReceiveMicroseconds, timer.ValidateMicroseconds), Is.EqualTo((default(int?), default(int?))));

        time.Advance(TimeSpan.FromMilliseconds(3));
        timer.EndReceive();
        time.Advance(TimeSpan.FromMicroseconds(200));
        timer.EndValidate();
        time.Advance(TimeSpan.FromSeconds(2));

        Assert.That(
            (timer.ReceiveMicroseconds, timer.ValidateMicroseconds, timer.WaitMicroseconds), Is.EqualTo((3_000, 200, 2_000_000)));
    }

    [Test]
    public void A_stage_that_lasts_longer_than_the_column_can_hold_has_the_greatest_number()
    {
        var time = new ManualTime();
        var timer = new DeliveryTimer(time);
        time.Advance(TimeSpan.FromHours(2));

        Assert.That(timer.WaitMicroseconds, Is.EqualTo(int.MaxValue));
    }
}
