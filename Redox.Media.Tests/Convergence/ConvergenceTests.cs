using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Convergence;

/// <summary>The law: any order, any duplication, by any number of connections, the same archive. Design, law 6.</summary>
[TestFixture, Category("Database")]
[Category("Slow")]
[Parallelizable(ParallelScope.All)]
public sealed class ConvergenceTests
{
    // The suite always runs the same histories; scripts/soak convergence runs new ones.
    [TestCase(1UL)]
    [TestCase(2UL)]
    [TestCase(3UL)]
    [TestCase(4UL)]
    public async Task Any_history_leaves_the_archive_that_the_model_says(ulong seed)
    {
        const int Histories = 275;
        await using var driver = await InProcessDriver.OpenAsync();
        var archive = new ArchiveView(driver.Services.GetRequiredService<NpgsqlDataSource>());
        var beginning = Beginning();

        var failure =
            HistoryCheck.Run(seed, Histories, history => new HistoryRun(driver, archive, driver.Services, history, beginning).CheckAsync());

        Assert.That(failure?.ToString(), Is.Null);
    }

    [Test]
    public async Task Any_history_over_HTTP_leaves_the_archive_that_the_model_says()
    {
        const int Histories = 40;
        await using var service = await RunningService.StartAsync();
        await using var other = await RunningService.StartAsync();
        var archive = new ArchiveView(service.Services.GetRequiredService<NpgsqlDataSource>());

        var failure = HistoryCheck.Run(
            5,
            Histories,
            history => new HistoryRun(new HttpDriver(service, other), archive, service.Services, history, Beginning()).CheckAsync());

        Assert.That(failure?.ToString(), Is.Null);
    }

    [Test]
    public void A_history_is_read_back_from_its_text()
    {
        foreach (var history in FsCheck.Fluent.Gen.Sample(Convergence.Histories.Arbitrary.Generator, 50, 100))
        {
            Assert.That(History.Parse(history.ToString()).Deliveries, Is.EqualTo(history.Deliveries));
        }
    }

    private static DateTimeOffset Beginning() =>
        Redox.Media.Core.Documents.EventClock.ToMicroseconds(TimeProvider.System.GetUtcNow().AddMinutes(-10));
}
