using NUnit.Framework;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Tests.Core.Parsing;

[TestFixture]
public sealed class ByteBudgetTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly ManualTime _time = new();

    [Test]
    public void Grants_at_once_what_is_free()
    {
        var budget = new ByteBudget(100, _time);
        var first = Granted(budget.AcquireAsync(60, TimeSpan.Zero, default));
        var second = Granted(budget.AcquireAsync(40, TimeSpan.Zero, default));
        Assert.That(budget.InUse, Is.EqualTo(100));
        first.Dispose();
        first.Dispose();
        Assert.That(budget.InUse, Is.EqualTo(40));
        second.Dispose();
        Assert.That((budget.InUse, budget.Capacity), Is.EqualTo((0, 100)));
    }

    [Test]
    public void Serves_in_the_order_of_coming()
    {
        var budget = new ByteBudget(100, _time);
        var holder = Granted(budget.AcquireAsync(90, Minute, default));
        var large = budget.AcquireAsync(80, Minute, default).AsTask();
        var small = budget.AcquireAsync(5, Minute, default).AsTask();
        Assert.That(small.IsCompleted, Is.False, "It would fit, but may not pass the large one.");
        Assert.That(budget.Waiting, Is.EqualTo(2));

        holder.Dispose();

        Assert.That(Now(large), Is.Not.Null);
        Assert.That(Now(small), Is.Not.Null);
        Assert.That((budget.Waiting, budget.InUse, _time.ActiveTimers), Is.EqualTo((0, 85, 0)));
    }

    [Test]
    public async Task Gives_nothing_when_the_time_is_up()
    {
        var budget = new ByteBudget(100, _time);
        using var holder = Granted(budget.AcquireAsync(90, Minute, default));
        var waiting = budget.AcquireAsync(80, Minute, default).AsTask();

        _time.Advance(Minute - TimeSpan.FromTicks(1));
        Assert.That(waiting.IsCompleted, Is.False);
        _time.Advance(TimeSpan.FromTicks(1));

        Assert.That(Now(waiting), Is.Null);
        Assert.That((budget.Waiting, budget.InUse), Is.EqualTo((0, 90)));
        Assert.That(await budget.AcquireAsync(80, TimeSpan.Zero, default), Is.Null);
    }

    [Test]
    public void Serves_who_stood_behind_one_that_left()
    {
        var budget = new ByteBudget(100, _time);
        using var holder = Granted(budget.AcquireAsync(90, Minute, default));
        var impatient = budget.AcquireAsync(80, Minute, default).AsTask();
        var patient = budget.AcquireAsync(10, Minute * 2, default).AsTask();

        _time.Advance(Minute);

        Assert.That(Now(impatient), Is.Null);
        Assert.That(Now(patient), Is.Not.Null);
    }

    [Test]
    public void Leaves_the_line_when_cancelled()
    {
        var budget = new ByteBudget(100, _time);
        using var cancellation = new CancellationTokenSource();
        using var holder = Granted(budget.AcquireAsync(100, Minute, default));
        var waiting = budget.AcquireAsync(1, Minute, cancellation.Token).AsTask();

        cancellation.Cancel();

        Assert.That(waiting.IsCanceled, Is.True);
        Assert.That((budget.Waiting, _time.ActiveTimers), Is.EqualTo((0, 0)));
        Assert.That(async () => await budget.AcquireAsync(1, Minute, cancellation.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void Lets_one_above_capacity_pass_alone()
    {
        var budget = new ByteBudget(100, _time);
        var holder = Granted(budget.AcquireAsync(1, Minute, default));
        var huge = budget.AcquireAsync(500, Minute, default).AsTask();
        var next = budget.AcquireAsync(1, Minute, default).AsTask();
        Assert.That(huge.IsCompleted, Is.False);

        holder.Dispose();

        var granted = Now(huge);
        Assert.That(budget.InUse, Is.EqualTo(500));
        Assert.That(next.IsCompleted, Is.False);
        granted!.Dispose();
        Assert.That(Now(next), Is.Not.Null);
    }

    [Test]
    public async Task Grows_before_those_that_wait_while_there_is_room()
    {
        var budget = new ByteBudget(100, _time);
        using var first = Granted(budget.AcquireAsync(50, Minute, default));
        var second = Granted(budget.AcquireAsync(40, Minute, default));

        var arriving = budget.AcquireAsync(20, Minute, default).AsTask();
        Assert.That(await first.GrowAsync(10, 0, default), Is.True);
        var growing = first.GrowAsync(1, 0, default).AsTask();
        Assert.That((growing.IsCompleted, first.Bytes, budget.InUse), Is.EqualTo((false, 60, 100)));
        second.Dispose();
        Assert.That((await growing, await arriving is not null), Is.EqualTo((true, true)));
        (await arriving)!.Dispose();
        Assert.That(await first.GrowAsync(1000, 0, default), Is.True, "Alone, it may pass the capacity.");
        Assert.That(async () => await second.GrowAsync(1, 0, default), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public async Task Half_read_bodies_never_wait_for_each_others_bytes()
    {
        var budget = new ByteBudget(100, _time);
        var claim = new BodyClaim(null, FirstBytes: 10, NeededBytes: 70);
        using var second = Granted(budget.AcquireAsync(claim, Minute, default));
        using (var first = Granted(budget.AcquireAsync(claim, Minute, default)))
        {
            Assert.That(await first.GrowAsync(30, rest: 30, default), Is.True);
            var growing = second.GrowAsync(30, rest: 30, default).AsTask();
            Assert.That(growing.IsCompleted, Is.False, "Its 30 bytes would fit, but then neither could be completed.");
            Assert.That(await first.GrowAsync(30, rest: 0, default), Is.True);
            first.Dispose();
            Assert.That(await growing, Is.True);
        }

        Assert.That(await second.GrowAsync(30, rest: 0, default), Is.True);
    }

    [Test]
    public async Task A_body_that_cannot_grow_in_time_is_refused()
    {
        var budget = new ByteBudget(100, _time);
        using var neighbour = Granted(budget.AcquireAsync(50, Minute, default));
        using var body = Granted(budget.AcquireAsync(50, Minute, default));
        var growing = body.GrowAsync(1, 0, default).AsTask();

        _time.Advance(Minute);

        Assert.That(await growing, Is.False);
        Assert.That((budget.InUse, budget.Waiting), Is.EqualTo((100, 0)));
    }

    [Test]
    public void An_owner_that_waits_for_its_share_holds_up_no_other()
    {
        var budget = new ByteBudget(100, _time, shareBytes: 30);
        using var mine = Granted(budget.AcquireAsync(new BodyClaim("a", 20, 30), Minute, default));
        var second = budget.AcquireAsync(new BodyClaim("a", 10, 30), Minute, default).AsTask();
        var third = budget.AcquireAsync(new BodyClaim("a", 1, 1), Minute, default).AsTask();

        using var other = Granted(budget.AcquireAsync(new BodyClaim("b", 30, 30), Minute, default));

        Assert.That((second.IsCompleted, third.IsCompleted), Is.EqualTo((false, false)), "in the order of their arrival");
        mine.Dispose();
        Assert.That((Now(second), Now(third)), Is.Not.EqualTo(((ByteBudget.Reservation?)null, (ByteBudget.Reservation?)null)));
    }

    [Test]
    public void An_owner_alone_may_pass_its_share()
    {
        var budget = new ByteBudget(100, _time, shareBytes: 30);

        using var large = Granted(budget.AcquireAsync(new BodyClaim("a", 10, 60), Minute, default));

        Assert.That(Now(large.GrowAsync(50, 0, default).AsTask()), Is.True);
        Assert.That(budget.AcquireAsync(new BodyClaim("a", 1, 1), Minute, default).AsTask().IsCompleted, Is.False);
    }

    [Test]
    public async Task Gives_back_what_was_grown()
    {
        var budget = new ByteBudget(100, _time);
        using (var reservation = Granted(budget.AcquireAsync(10, Minute, default)))
        {
            Assert.That(await reservation.GrowAsync(20, 0, default), Is.True);
        }

        Assert.That(budget.InUse, Is.Zero);
    }

    [Test]
    public void Refuses_negative_numbers_and_leaves_nobody_in_line()
    {
        var budget = new ByteBudget(100, TimeProvider.System);
        using var holder = Granted(budget.AcquireAsync(100, Minute, default));

        Assert.That(async () => await budget.AcquireAsync(-1, Minute, default), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(async () => await budget.AcquireAsync(1, -Minute, default), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(async () => await holder.GrowAsync(-1, 0, default), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new ByteBudget(0, TimeProvider.System), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(budget.Waiting, Is.Zero);
    }

    [Test]
    public async Task Serves_everyone_under_contention()
    {
        var budget = new ByteBudget(100, TimeProvider.System);
        await Parallel.ForAsync(0, 5000, async (turn, cancellation) =>
        {
            var (first, rest) = (turn % 130, turn % 7);
            using var reservation = await budget.AcquireAsync(new BodyClaim(null, first, first + rest), Minute, cancellation);
            await Task.Yield();
            Assert.That(await reservation!.GrowAsync(rest, 0, cancellation), Is.True, "one that declared it can grow");
        });

        Assert.That((budget.InUse, budget.Waiting), Is.EqualTo((0, 0)));
    }

    private static ByteBudget.Reservation Granted(ValueTask<ByteBudget.Reservation?> asked)
    {
        var reservation = Now(asked.AsTask());
        Assert.That(reservation, Is.Not.Null);
        return reservation!;
    }

    /// <summary>A test that waited for what never comes would not fail, it would hang.</summary>
    private static T Now<T>(Task<T> asked)
    {
        Assert.That(asked.IsCompleted, Is.True, "Still in line.");
        return asked.Result;
    }
}
