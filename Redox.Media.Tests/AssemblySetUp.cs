using NUnit.Framework;
using Redox.Media.Tests.Support;

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
        await SharedService.StopAsync();
        await TestDatabase.RemoveAllAsync();
    }
}
