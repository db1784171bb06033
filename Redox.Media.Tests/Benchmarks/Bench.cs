using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>The entry of <c>scripts/bench</c>.</summary>
internal static class Bench
{
    private const int DefaultTurns = 10, DefaultSeconds = 3;

    private const string Usage = """
        scripts/bench [rows [FILTER [TURNS [SECONDS]]]]       the service against its baselines
        scripts/bench compare A B [FILTER [TURNS [SECONDS]]]  two builds in turn; A and B are folders with Redox.Media.Api.dll
        scripts/bench bearer [FILTER [TURNS [SECONDS]]]       an access token against the verification token
        scripts/bench memory                                  resident memory while 8 and 100 files of 30 MB arrive at once, and after
        scripts/bench growth [DOCUMENTS]                      latency with 10,000 and with 10 million documents, or so many
        scripts/bench search [DOCUMENTS]                      the most expensive searches, over 10,000 documents or so many
        scripts/bench audit [EVENTS]                          questions to an audit of 10 million events, or so many
        scripts/bench console [DELIVERIES]                    pages for staff with a million deliveries, or so many
        scripts/bench start                                   time from the start of the process to the first response
        FILTER is a regular expression on the rows' names: delivery, '2KB-(8|32)$'. TURNS of SECONDS each are 10 of 3 by default.
        """;

    /// <summary>Beside the tests' own folder: the same build makes both.</summary>
    public static string ServiceFolder { get; } =
        Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "Redox.Media.Api", "release"));

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
        try
        {
            return await await Task.WhenAny(measure(database), stop.Task) ? 0 : 1;
        }
        catch (InvalidOperationException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.TrySetResult(false);
        }
    }

    private static Func<BenchDatabase, Task<bool>>? Find(string[] arguments) => arguments switch
    {
        [] => database => RowsBench.RunAsync(database, BenchRow.All, DefaultTurns, DefaultSeconds),
        ["rows", .. var rest] when Read(rest) is var (rows, turns, seconds) =>
            database => RowsBench.RunAsync(database, rows, turns, seconds),
        ["compare", var a, var b, .. var rest] when Read(rest) is var (rows, turns, seconds) =>
            database => CompareBench.RunAsync(database, a, b, rows, turns, seconds),
        ["bearer", .. var rest] when Read(rest) is var (rows, turns, seconds) =>
            database => BearerBench.RunAsync(database, rows, turns, seconds),
        ["memory"] => MemoryBench.RunAsync,
        ["growth"] => database => GrowthBench.RunAsync(database, 10_000_000),
        ["growth", var text] when Number(text) is > 0 and var documents => database => GrowthBench.RunAsync(database, documents),
        ["search"] => database => SearchBench.RunAsync(database, 10_000),
        ["search", var text] when Number(text) is > 0 and var documents => database => SearchBench.RunAsync(database, documents),
        ["audit"] => database => AuditBench.RunAsync(database, 10_000_000),
        ["audit", var text] when Number(text) is > 0 and var events => database => AuditBench.RunAsync(database, events),
        ["console"] => database => ConsoleBench.RunAsync(database, 1_000_000),
        ["console", var text] when Number(text) is > 0 and var deliveries => database => ConsoleBench.RunAsync(database, deliveries),
        ["start"] => StartBench.RunAsync,
        _ => null,
    };

    /// <param name="arguments">[FILTER [TURNS [SECONDS]]].</param>
    private static (IEnumerable<BenchRow> Rows, int Turns, int Seconds)? Read(string[] arguments)
    {
        var rows = BenchRow.All.Where(row => arguments.Length == 0 || Regex.IsMatch(row.Name, arguments[0], RegexOptions.IgnoreCase));
        var turns = arguments.Length < 2 ? DefaultTurns : Number(arguments[1]);
        var seconds = arguments.Length < 3 ? DefaultSeconds : Number(arguments[2]);
        return turns > 0 && seconds > 0 && arguments.Length <= 3 ? (rows, turns, seconds) : null;
    }

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
