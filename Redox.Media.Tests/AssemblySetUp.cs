using NUnit.Framework;
using Redox.Media.Tests.Support;

// A fixture has a service or a database of its own, or keeps to itself by sources of its own; those that measure are marked. Many wait
// more than they compute, so there are more at once than the two processors of a small machine.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(4)]

namespace Redox.Media.Tests;

/// <summary>
/// In the root namespace on purpose: NUnit applies a set-up fixture to the tests of its own namespace and below, and only to those.
/// </summary>
[SetUpFixture]
public sealed class AssemblySetUp
{
    [OneTimeTearDown]
    public static async Task Remove_what_the_run_made()
    {
        await Browser.StopAsync();
        await SharedService.StopAsync();
        await TestDatabase.RemoveAllAsync();
    }
}
