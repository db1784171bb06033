using NUnit.Framework;
using Redox.Media.Data.Resilience;
using Redox.Media.Tests.Core.Parsing;

namespace Redox.Media.Tests.Data.Resilience;

/// <summary>A call that does not end is abandoned at its limit, whatever it waits for.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class DatabaseCallTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private readonly ManualTime _time = new();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Test]
    public async Task A_call_that_ends_in_time_returns_its_result_and_leaves_no_timer()
    {
        Assert.That(await RunAsync((_, _) => Task.FromResult(42)), Is.EqualTo(42));
        Assert.That(_time.ActiveTimers, Is.Zero);
    }

    [Test]
    public async Task A_call_that_waits_for_ever_is_abandoned_and_cancelled()
    {
        var isCancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isAbandoned = false;
        var running = RunAsync(
            async (_, token) =>
            {
                token.Register(isCancelled.SetResult);
                _started.SetResult();
                await _end.Task;
                return 42;
            },
            () => isAbandoned = true);
        await _started.Task.WaitAsync(Bound);
        _time.Advance(Limit);

        Assert.That(() => running.WaitAsync(Bound), Throws.TypeOf<TimeoutException>());
        Assert.That(isAbandoned, "the owner of the memory is told before the caller goes on");
        await isCancelled.Task.WaitAsync(Bound);
    }

    [Test]
    public async Task A_call_that_blocks_its_thread_is_abandoned_too()
    {
        using var block = new ManualResetEventSlim();
        var running = RunAsync((_, _) =>
        {
            _started.SetResult();
            block.Wait(CancellationToken.None);
            return Task.FromResult(42);
        });
        await _started.Task.WaitAsync(Bound);
        _time.Advance(Limit);

        Assert.That(() => running.WaitAsync(Bound), Throws.TypeOf<TimeoutException>());
        block.Set();
    }

    [Test]
    public async Task The_time_of_a_client_does_not_count()
    {
        var running = RunAsync(async (call, _) =>
        {
            await call.OutsideAsync(async () =>
            {
                _started.SetResult();
                await _end.Task;
            });
            return 42;
        });
        await _started.Task.WaitAsync(Bound);
        _time.Advance(10 * Limit);
        _end.SetResult();

        Assert.That(await running.WaitAsync(Bound), Is.EqualTo(42));
    }

    [Test]
    public async Task An_abandoned_call_hands_nothing_on_and_keeps_nothing()
    {
        var after = new TaskCompletionSource<(bool HandedOn, bool Ended)>(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = RunAsync(async (call, _) =>
        {
            _started.SetResult();
            await _end.Task;
            var handedOn = false;
            try
            {
                await call.OutsideAsync(() =>
                {
                    handedOn = true;
                    return ValueTask.CompletedTask;
                });
            }
            catch (OperationCanceledException)
            {
                after.SetResult((handedOn, call.TryEnd()));
            }

            return 42;
        });
        await _started.Task.WaitAsync(Bound);
        _time.Advance(Limit);
        Assert.That(() => running.WaitAsync(Bound), Throws.TypeOf<TimeoutException>());
        _end.SetResult();

        Assert.That(await after.Task.WaitAsync(Bound), Is.EqualTo((false, false)));
    }

    private Task<int> RunAsync(Func<DatabaseCall, CancellationToken, Task<int>> call, Action? abandoned = null) =>
        DatabaseCall.RunAsync(call, Limit, _time, abandoned, null, CancellationToken.None);
}
