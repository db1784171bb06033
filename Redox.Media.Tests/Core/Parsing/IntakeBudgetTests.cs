using NUnit.Framework;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Tests.Core.Parsing;

[TestFixture]
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class IntakeBudgetTests
{
    private const long Small = IntakeBudget.SmallBodyBytes;

    /// <summary>Four small bodies, half of them for the engine, and 28 times as much for others; a client has a quarter.</summary>
    private readonly IntakeBudget _budget = new(32 * Small, TimeProvider.System);

    [Test]
    public async Task A_small_body_does_not_wait_behind_large_ones()
    {
        await FillAsync(null, 14 * Small);
        await FillAsync(null, 14 * Small);

        Assert.That(await AcquireAsync(null, Small + 1), Is.Null);
        Assert.That(await AcquireAsync(null, Small), Is.Not.Null);
    }

    [Test]
    public async Task Small_bodies_take_nothing_that_large_ones_need()
    {
        for (var i = 0; i < 4; i++)
        {
            await FillAsync(null, Small);
        }

        Assert.That(await AcquireAsync(null, 1), Is.Null);
        Assert.That(await AcquireAsync(null, 14 * Small), Is.Not.Null);
    }

    [Test]
    public async Task A_body_that_does_not_say_its_length_is_not_small()
    {
        await FillAsync(null, 14 * Small);
        await FillAsync(null, 14 * Small);

        Assert.That(await AcquireAsync(null, null), Is.Null);
    }

    [Test]
    public async Task The_engine_has_a_part_that_clients_cannot_take()
    {
        await FillAsync("a", 7 * Small);
        await FillAsync("b", 7 * Small);

        Assert.That(await AcquireAsync("c", 2 * Small), Is.Null);
        Assert.That(await AcquireAsync(null, 14 * Small), Is.Not.Null);
    }

    [Test]
    public async Task A_client_has_at_most_its_share()
    {
        await FillAsync("a", 7 * Small);

        Assert.That(await AcquireAsync("a", 2 * Small), Is.Null);
        Assert.That(await AcquireAsync("b", 2 * Small), Is.Not.Null);
    }

    [Test]
    public async Task Bytes_that_have_not_arrived_are_not_reserved()
    {
        for (var i = 0; i < 4; i++)
        {
            Assert.That(await AcquireAsync("a", 6 * Small), Is.Not.Null);
        }

        Assert.That(_budget.InUse, Is.LessThan(2 * Small));
    }

    [Test]
    public async Task All_parts_together_are_the_budget()
    {
        await FillAsync(null, 14 * Small);
        await FillAsync("a", 7 * Small);
        await FillAsync("a", Small);
        using var leaving = new CancellationTokenSource();
        var waiting = _budget.AcquireAsync("a", 2 * Small, Timeout.InfiniteTimeSpan, leaving.Token).AsTask();

        Assert.That((_budget.Capacity, _budget.InUse, _budget.Waiting), Is.EqualTo((32 * Small, 22 * Small, 1)));
        await leaving.CancelAsync();
        Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
    }

    private async Task FillAsync(string? client, long bytes)
    {
        var body = await AcquireAsync(client, bytes);
        Assert.That(body, Is.Not.Null);
        Assert.That(await body!.GrowAsync(bytes - body.Bytes, 0, CancellationToken.None), Is.True);
    }

    private ValueTask<ByteBudget.Reservation?> AcquireAsync(string? client, long? bytes) =>
        _budget.AcquireAsync(client, bytes, TimeSpan.Zero, CancellationToken.None);
}
