using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Convergence;

/// <summary>A history that failed, shrunk, what was wrong, and the seed that made it.</summary>
internal sealed record FailedHistory(History History, Exception Reason, ulong Seed, int Shrinks)
{
    public override string ToString() =>
        $"{Reason.Message}\n\nSeed {Seed}; after {Shrinks} shrinks, to be replayed with scripts/soak convergence --replay:\n\n{History}\n";
}

/// <summary>Runs many histories of one seed through FsCheck.</summary>
internal sealed class HistoryCheck : IRunner
{
    private readonly ulong _seed;

    private HistoryCheck(ulong seed) => _seed = seed;

    private FailedHistory? Failure { get; set; }

    /// <summary>Null when every history passed. FsCheck begins with small ones and ends with large ones.</summary>
    public static FailedHistory? Run(ulong seed, int histories, Func<History, Task> check)
    {
        const ulong OddNumber = 0x9E3779B97F4A7C15; // what FsCheck's generator steps by; any odd one does
        var runner = new HistoryCheck(seed);
        var config = Config.Quick.WithMaxTest(histories).WithQuietOnSuccess(true).WithRunner(runner)
            .WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd(seed, OddNumber), FSharpOption<int>.None)));
        Check.One(config, Prop.ForAll(Histories.Arbitrary, check));
        return runner.Failure;
    }

    public void OnStartFixture(Type fixture)
    {
    }

    public void OnArguments(int number, FSharpList<object> arguments, FSharpFunc<int, FSharpFunc<FSharpList<object>, string>> every)
    {
    }

    public void OnShrink(FSharpList<object> arguments, FSharpFunc<FSharpList<object>, string> every)
    {
    }

    public void OnFinished(string name, TestResult result)
    {
        if (result is TestResult.Failed failed)
        {
            var reason = failed.Item4 is Outcome.Failed outcome ? outcome.Item : new InvalidOperationException("The check failed.");
            Failure = new FailedHistory((History)failed.Item3.Head, Innermost(reason), _seed, failed.Item1.NumberOfShrinks);
        }
    }

    private static Exception Innermost(Exception exception) =>
        exception is AggregateException { InnerExceptions: [var inner] } ? Innermost(inner) : exception;
}
