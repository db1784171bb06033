using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>The entry of <c>scripts/bench</c>.</summary>
internal static class Bench
{
    private const string Usage =
        """
        scripts/bench [rows] [FILTER [TURNS [SECONDS]]]      the service against its baselines; FILTER is a regular expression: delivery, '^query-2KB-8$'
        scripts/bench compare A B [FILTER [TURNS [SECONDS]]] two builds of the service in turn; A and B are folders with Redox.Media.Api.dll
        """;

    /// <summary>Beside the tests' own folder: the same build makes both.</summary>
    public static string ServiceFolder { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "Redox.Media.Api", "release"));

    /// <returns>0: all conditions hold. 1: a budget is missed or a request failed. 2: the arguments are wrong.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (Find(arguments) is not { } measure)
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }

        var stop = new TaskCompletionSource<bool>();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        await using var database = await BenchDatabase.StartAsync();
        return await await Task.WhenAny(measure(database), stop.Task) ? 0 : 1;

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.TrySetResult(false);
        }
    }

    private static Func<BenchDatabase, Task<bool>>? Find(string[] arguments) => arguments switch
    {
        ["compare", var a, var b, .. var rest] when Read(rest) is var (rows, turns, seconds) => database => CompareBench.RunAsync(database, a, b, rows, turns, seconds),
        _ => null,
    };

    private static (IEnumerable<BenchRow> Rows, int Turns, int Seconds)? Read(string[] arguments)
    {
        var filter = new Regex(arguments.ElementAtOrDefault(0) ?? "");
        return int.TryParse(arguments.ElementAtOrDefault(1) ?? "4", NumberStyles.None, CultureInfo.InvariantCulture, out var turns)
            && int.TryParse(arguments.ElementAtOrDefault(2) ?? "5", NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && turns > 0 && seconds > 0 && arguments.Length <= 3 ? (BenchRow.All.Where(row => filter.IsMatch(row.Name)), turns, seconds) : null;
    }
}
