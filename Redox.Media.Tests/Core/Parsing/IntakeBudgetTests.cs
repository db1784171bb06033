using NUnit.Framework;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Tests.Core.Parsing;

[TestFixture]
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class IntakeBudgetTests
{
    private readonly IntakeBudget _budget = new(8 * IntakeBudget.SmallBodyBytes, TimeProvider.System);

    [Test]
    public async Task A_small_body_does_not_stand_behind_large_ones()
    {
        using var upload = await AcquireAsync(7 * IntakeBudget.SmallBodyBytes);
        using var small = await AcquireAsync(IntakeBudget.SmallBodyBytes);

        Assert.That(await AcquireAsync(IntakeBudget.SmallBodyBytes + 1), Is.Null);
        Assert.That(small, Is.Not.Null);
    }

    [Test]
    public async Task Small_bodies_take_nothing_that_large_ones_need()
    {
        using var small = await AcquireAsync(IntakeBudget.SmallBodyBytes);

        Assert.That(await AcquireAsync(1), Is.Null);
        Assert.That(await AcquireAsync(7 * IntakeBudget.SmallBodyBytes), Is.Not.Null);
    }

    [Test]
    public async Task A_body_that_does_not_say_its_length_is_not_small()
    {
        using var upload = await AcquireAsync(7 * IntakeBudget.SmallBodyBytes);

        Assert.That(await AcquireAsync(null), Is.Null);
    }

    [Test]
    public async Task Both_lanes_together_are_the_budget()
    {
        using var upload = await AcquireAsync(7 * IntakeBudget.SmallBodyBytes);
        using var small = await AcquireAsync(100);
        using var leaving = new CancellationTokenSource();
        var waiting = _budget.AcquireAsync(100_000, Timeout.InfiniteTimeSpan, leaving.Token).AsTask();

        Assert.That(_budget.Capacity, Is.EqualTo(8 * IntakeBudget.SmallBodyBytes));
        Assert.That(_budget.InUse, Is.EqualTo((7 * IntakeBudget.SmallBodyBytes) + 100));
        Assert.That(_budget.Waiting, Is.EqualTo(1));
        await leaving.CancelAsync();
        Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
    }

    private ValueTask<ByteBudget.Reservation?> AcquireAsync(long? bytes) =>
        _budget.AcquireAsync(bytes, TimeSpan.Zero, CancellationToken.None);
}
