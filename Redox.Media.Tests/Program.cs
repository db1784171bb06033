using Redox.Media.Tests.Api.Pages;
using Redox.Media.Tests.Benchmarks;
using Redox.Media.Tests.Soak;

namespace Redox.Media.Tests;

/// <summary>What the scripts start besides the tests: the benchmarks and what they measure, the soaks, and screenshots.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args) => args switch
    {
        ["bench", .. var rest] => Bench.RunAsync(rest),
        ["soak", .. var rest] => SoakModes.RunAsync(rest),
        ["screenshots", var folder] => Screenshots.RunAsync(folder),
        ["bench-baseline"] => BaselineServer.RunAsync(),
        _ => Usage(),
    };

    private static async Task<int> Usage()
    {
        await Console.Error.WriteLineAsync("Start this through scripts/test, scripts/bench or scripts/soak.");
        return 2;
    }
}
