namespace Redox.Media.Tests.Soak.Support;

/// <summary>One way in which a database goes away. Disposing what <see cref="BeginAsync"/> returns brings it back.</summary>
/// <param name="IsTotal">Nothing can be stored while it lasts.</param>
internal sealed record Outage(string Name, bool IsTotal, Func<Task<IAsyncDisposable>> BeginAsync)
{
    /// <summary>Every way, in an order of chance.</summary>
    public static IReadOnlyList<Outage> All(SoakDatabase database, FaultProxy line, Random random)
    {
        Outage[] all =
        [
            new("stopped", true, () => WithAsync(database.StopAsync, database.StartAgainAsync)),
            new("killed", true, () => WithAsync(database.KillAsync, database.StartAgainAsync)),
            new("frozen", true, () => WithAsync(Does(database.Freeze), Does(database.Thaw))),
            new("line stalled", true, () => WithAsync(Does(line.Stall), Does(line.Flow))),
            new("line cut", true, () => WithAsync(Does(line.Cut), Does(line.Mend))),
            new("reset in mid-statement", false, () => WithAsync(() => CutManyAsync(line, random), Does(() => line.CutAfter(-1)))),
            new("no connection left", true, database.TakeAllConnectionsAsync),
            new("statement timeout", false, () =>
                WithAsync(() => TimeOutAsync(database), () => database.SetAsync("statement_timeout", null))),
            new("read-only", true, () => WithAsync(
                () => database.SetAsync("default_transaction_read_only", "on"), () =>
                    database.SetAsync("default_transaction_read_only", null))),
            new("read-only sessions", true, () => WithAsync(
                () => database.SetForNewSessionsAsync("default_transaction_read_only", "on"),
                () => database.SetForNewSessionsAsync("default_transaction_read_only", null))),
        ];
        random.Shuffle(all);
        return all;
    }

    private static async Task<IAsyncDisposable> WithAsync(Func<Task> begin, Func<Task> end)
    {
        await begin();
        return new Ending(end);
    }

    private static Func<Task> Does(Action action) => () =>
    {
        action();
        return Task.CompletedTask;
    };

    // Some statements are quicker than a millisecond: those that are not fail for a while.
    private static async Task TimeOutAsync(SoakDatabase database)
    {
        await database.SetAsync("statement_timeout", "1");
        await Task.Delay(TimeSpan.FromSeconds(2));
    }

    private static async Task CutManyAsync(FaultProxy line, Random random)
    {
        for (var cut = 0; cut < 20; cut++)
        {
            line.CutAfter(random.Next(200_000));
            await Task.Delay(random.Next(100));
        }
    }

    private sealed class Ending(Func<Task> end) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await end();
    }
}
