using NUnit.Framework;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Fhir;
using Redox.Media.Tests.Soak.Support;

namespace Redox.Media.Tests.Api.Hosting;

/// <summary>A small request of any kind waits for the database once.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class RoundTripTests
{
    private SoakDatabase _database = null!;

    [OneTimeSetUp]
    public async Task Start() => _database = await SoakDatabase.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _database.DisposeAsync();

    [TestCase(SmallRequests.Delivery)]
    [TestCase(SmallRequests.Query)]
    [TestCase(SmallRequests.QueryByPatient)]
    [TestCase(SmallRequests.Trace)]
    [TestCase(SmallRequests.FhirCreate)]
    [TestCase(SmallRequests.FhirRead)]
    [TestCase(SmallRequests.FhirContent)]
    public async Task A_small_request_is_one_round_trip_to_the_database(string request)
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

        Assert.That(least, Is.EqualTo(1));
    }
}
