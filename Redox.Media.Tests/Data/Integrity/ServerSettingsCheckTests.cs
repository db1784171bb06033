using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Data.Integrity;

/// <summary>The service says at start when its server does not protect stored bytes.</summary>
[TestFixture, Category("Database")]
public sealed class ServerSettingsCheckTests
{
    [Test]
    public async Task Settings_that_are_off_are_logged_one_line_each()
    {
        var cluster = await TestDatabase.StartClusterCopyAsync(
            new Dictionary<string, string> { ["fsync"] = "off", ["full_page_writes"] = "off", ["shared_buffers"] = "32MB" });
        await cluster.EnsureDatabaseAsync("media", default);
        await using var service = await RunningService.StartAsync(cluster.ConnectionString("media"));

        await Eventually.IsTrueAsync("two warnings", () => Task.FromResult(Warnings(service).Count == 2), TimeSpan.FromSeconds(20));

        Assert.That(Warnings(service), Has.One.Contains("runs with fsync off: a crash of the machine can lose acknowledged deliveries"));
        Assert.That(Warnings(service), Has.One.Contains("runs with full_page_writes off: a crash of the machine can damage the database"));
    }

    private static List<string> Warnings(RunningService service) =>
        [.. service.Logs.Entries.Where(entry => entry.StartsWith("Warning", StringComparison.Ordinal) && entry.Contains("[3402]"))];
}
