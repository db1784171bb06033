using System.Globalization;
using System.Runtime.InteropServices;
using NUnit.Framework;
using Redox.Media.Tests.Soak.Support;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Soak;

/// <summary>
/// What <c>scripts/soak MODE ...</c> runs. A mode is a line in <see cref="Modes"/> and a type beside it.
/// </summary>
internal static class SoakModes
{
    private const int Passed = 0;
    private const int Failed = 1;
    private const int WrongUse = 2;

    /// <summary>
    /// Connections of the crowd; each takes a file handle of ours and one of the service's, and 20,000 are commonly to be had.
    /// </summary>
    private const int Strangers = 10_000;

    private static readonly Dictionary<string, Func<string[], CancellationToken, Task<bool>>> Modes = new(StringComparer.Ordinal)
    {
        ["convergence"] = ConvergenceSoak.RunAsync,
        ["crash"] = (arguments, cancellation) => ReportAsync(CrashSoak.RunAsync, arguments, cancellation),
        ["outage"] = (arguments, cancellation) => ReportAsync(OutageSoak.RunAsync, arguments, cancellation),
        ["disk-full"] = (arguments, cancellation) => ReportAsync(DiskFullSoak.RunAsync, arguments, cancellation),
        ["overload"] = (arguments, cancellation) =>
            ReportAsync((run, token) => OverloadSoak.RunAsync(run, Strangers, token), arguments, cancellation),
        ["fuzz"] = (arguments, cancellation) => ReportAsync(FuzzSoak.RunAsync, arguments, cancellation),
        ["corrupt"] = (arguments, cancellation) => ReportAsync(CorruptSoak.RunAsync, arguments, cancellation),
        ["unfair"] = (arguments, cancellation) =>
            ReportAsync((run, token) => UnfairSoak.RunAsync(run, UnfairParts.All, token), arguments, cancellation),
        ["all"] = AllAsync,
    };

    /// <summary>Returns 0 when everything held, 1 when something did not, 2 when it was not understood what is wanted.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments.Length == 0 || !Modes.TryGetValue(arguments[0], out var mode))
        {
            await Console.Error.WriteLineAsync($"scripts/soak MODE [arguments]; modes: {string.Join(", ", Modes.Keys)}");
            return WrongUse;
        }

        using var ending = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            return await mode(arguments[1..], ending.Token) ? Passed : Failed;
        }
        catch (FormatException wrong)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            return WrongUse;
        }
        catch (ResultStateException reason)
        {
            await Console.Error.WriteLineAsync(reason.Message); // no PostgreSQL on this machine
            return Failed;
        }
        finally
        {
            await TestDatabase.RemoveAllAsync();
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            ending.Cancel();
        }
    }

    private static async Task<bool> AllAsync(string[] arguments, CancellationToken cancellation)
    {
        var isClean = true;
        foreach (var mode in new[] { "crash", "outage", "disk-full", "overload", "fuzz", "corrupt", "unfair" })
        {
            isClean &= await Modes[mode](arguments, cancellation);
        }

        return isClean;
    }

    private static async Task<bool> ReportAsync(
        Func<SoakRun, CancellationToken, Task<SoakReport>> mode, string[] arguments, CancellationToken cancellation)
    {
        var run = SoakRun.Parse(arguments);
        Console.WriteLine($"Seed {run.Seed}, for {run.Duration}.");
        var report = await mode(run, cancellation);
        Console.WriteLine(report);
        if (!report.IsClean && await report.KeepLogAsync() is { } log)
        {
            Console.WriteLine($"What the service logged: {log}");
        }

        return report.IsClean;
    }

    /// <summary>Reads 30s, 10m or 2h, or a number of minutes; five minutes when nothing is said.</summary>
    /// <exception cref="FormatException">It is no duration.</exception>
    public static TimeSpan Duration(string? text)
    {
        if (text is null)
        {
            return TimeSpan.FromMinutes(5);
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var minutes))
        {
            return TimeSpan.FromMinutes(minutes);
        }

        var isNumber = int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        return (isNumber, text[^1]) switch
        {
            (true, 's') => TimeSpan.FromSeconds(number),
            (true, 'm') => TimeSpan.FromMinutes(number),
            (true, 'h') => TimeSpan.FromHours(number),
            _ => throw new FormatException($"'{text}' is no duration: say 30s, 10m or 2h."),
        };
    }
}
