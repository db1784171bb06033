using NUnit.Framework;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Fhir;
using Redox.Media.Tests.Soak.Support;

namespace Redox.Media.Tests.Api.Hosting;

/// <summary>A small request waits for the database once; a look-up of staff a second time, for its audit row.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class RoundTripTests
{
    private SoakDatabase _database = null!;

    [OneTimeSetUp]
    public async Task Start() => _database = await SoakDatabase.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _database.DisposeAsync();

    [TestCase(SmallRequests.Delivery, 1)]
    [TestCase(SmallRequests.Query, 1)]
    [TestCase(SmallRequests.QueryByPatient, 1)]
    [TestCase(SmallRequests.Trace, 2)]
    [TestCase(SmallRequests.FhirCreate, 1)]
    [TestCase(SmallRequests.FhirRead, 1)]
    [TestCase(SmallRequests.FhirContent, 1)]
    public async Task A_small_request_has_few_round_trips_to_the_database(string request, long expected)
    {
        const int untilStatementsArePrepared = 5;
        await using var line = new FaultProxy(_database);
        await using var requests = await SmallRequests.StartAsync(request, line.ConnectionString);
        for (var i = 0; i < untilStatementsArePrepared; i++)
        {
            await requests.SendAsync();
        }

        // The minimum of several: background work uses the same connection.
        var least = long.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            var before = line.RoundTrips;
            await requests.SendAsync();
            least = Math.Min(least, line.RoundTrips - before);
        }

        Assert.That(least, Is.EqualTo(expected));
    }
}
