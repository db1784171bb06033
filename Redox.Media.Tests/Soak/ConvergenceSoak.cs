using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Tests.Convergence;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Soak;

/// <summary>
/// <c>convergence [duration] [--seed N]</c>: new histories until the time is over, round after round of a hundred, from small to large.
/// <c>convergence --replay FILE-OR-TEXT</c>: one history, several times over, since what happens at the same time does not happen the
/// same way each time.
/// </summary>
internal static class ConvergenceSoak
{
    private const int HistoriesPerRound = 100;
    private const int Replays = 25;

    public static async Task<bool> RunAsync(string[] arguments, CancellationToken cancellation)
    {
        await using var driver = await InProcessDriver.OpenAsync();
        var archive = new ArchiveView(driver.Services.GetRequiredService<NpgsqlDataSource>());
        var count = new Count();
        return Option(arguments, "--replay") is { } replay
            ? await ReplayAsync(History.Parse(File.Exists(replay) ? await File.ReadAllTextAsync(replay, cancellation) : replay), CheckAsync)
            : Soak(arguments, count, CheckAsync, cancellation);

        Task CheckAsync(History history)
        {
            count.Add(history);
            var beginning = EventClock.ToMicroseconds(TimeProvider.System.GetUtcNow().AddMinutes(-10));
            return new HistoryRun(driver, archive, driver.Services, history, beginning).CheckAsync();
        }
    }

    private static bool Soak(string[] arguments, Count count, Func<History, Task> check, CancellationToken cancellation)
    {
        var given = Option(arguments, "--seed");
        var seed = given is null ? (ulong)Random.Shared.NextInt64() : ulong.Parse(given, CultureInfo.InvariantCulture);
        var duration = SoakModes.Duration(arguments.FirstOrDefault(argument => argument != given && !argument.StartsWith('-')));
        Console.WriteLine($"Seed {seed}, for {duration}; each round takes the next seed.");
        var clock = Stopwatch.StartNew();
        for (; clock.Elapsed < duration && !cancellation.IsCancellationRequested; seed++)
        {
            var failure = HistoryCheck.Run(seed, HistoriesPerRound, check);
            Console.WriteLine($"{clock.Elapsed:hh\\:mm\\:ss} seed {seed}: {count}");
            if (failure is not null)
            {
                Console.WriteLine($"FAILED\n\n{failure}");
                return false;
            }
        }

        Console.WriteLine($"Every history left the archive that the model says: {count} in {clock.Elapsed:hh\\:mm\\:ss}.");
        return true;
    }

    private static async Task<bool> ReplayAsync(History history, Func<History, Task> check)
    {
        for (var round = 1; round <= Replays; round++)
        {
            try
            {
                await check(history);
            }
            catch (HistoryMismatchException mismatch)
            {
                Console.WriteLine($"Replay {round} of {Replays} FAILED\n\n{mismatch.Message}");
                return false;
            }
        }

        Console.WriteLine($"{Replays} replays, and each time the archive that the model says.");
        return true;
    }

    private static string? Option(string[] arguments, string name)
    {
        var at = Array.IndexOf(arguments, name);
        return at < 0 ? null
            : at + 1 < arguments.Length ? arguments[at + 1]
            : throw new FormatException($"{name} wants a value.");
    }

    private sealed class Count
    {
        private long _histories;
        private long _events;
        private long _deliveries;

        public void Add(History history)
        {
            _histories++;
            _deliveries += history.Deliveries.Count;
            _events += history.Deliveries.Select(e => e with { Connection = 0 }).Distinct().Count();
        }

        public override string ToString() =>
            string.Create(CultureInfo.InvariantCulture, $"{_histories} histories, {_events} events, {_deliveries} deliveries");
    }
}
