using System.Text;
using NUnit.Framework;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Fhir;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Hosting;

/// <summary>
/// Allocations of a large file beside pooled memory on the whole way: HTTP, intake, PostgreSQL and back. They are measured over the
/// process, so nothing else may run, and the client only fills one buffer.
/// </summary>
[TestFixture]
[NonParallelizable]
public sealed class AllocationTests
{
    private const long MaxAllocated = 1_000_000;

    // The log of the tests would allocate more than the service.
    private static readonly Dictionary<string, string?> Quiet =
        new() { ["Logging:LogLevel:Default"] = "Error", ["Logging:LogLevel:Redox"] = "Information" };

    private readonly byte[] _buffer = new byte[1024 * 1024];

    [Test]
    public async Task Receiving_a_file_of_30_MB_allocates_less_than_1_MB()
    {
        await using var service = await RunningService.StartAsync(settings: Quiet);
        var body = Body(Message.NewSource(), Message.NewDocumentId(), 30_000_000);
        Assert.That(body.Length, Is.GreaterThan(40_000_000));
        using var connection = await RawConnection.OpenAsync(service.Address);

        var best = await BestAsync(async attempt =>
        {
            // Another log ID each time, of the same length.
            Encoding.ASCII.GetBytes($"{attempt:D8}", body.AsSpan(body.AsSpan().IndexOf("00000000"u8), 8));
            var before = GC.GetTotalAllocatedBytes(precise: true);
            await connection.SendAsync(RawConnection.Head(body.Length));
            await connection.SendAsync(body);
            var answer = await connection.ReadAnswerAsync();
            var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
            Encoding.ASCII.GetBytes("00000000", body.AsSpan(body.AsSpan().IndexOf(Encoding.ASCII.GetBytes($"{attempt:D8}")), 8));
            Assert.That(Encoding.UTF8.GetString(answer!.Value.Body), Does.Contain("\"created\"").Or.Contain("\"revised\""));
            return allocated;
        });
        await TestContext.Out.WriteLineAsync($"{body.Length:N0} bytes in: {best:N0} bytes allocated");
        Assert.That(best, Is.LessThan(MaxAllocated));
    }

    [Test]
    public async Task Sending_a_file_of_30_MB_allocates_less_than_1_MB()
    {
        await using var service = await RunningService.StartAsync(settings: Quiet);
        var id = Message.NewDocumentId();
        var created = await service.DeliverAsync(Body(Message.NewSource(), id, 30_000_000));
        Assert.That(created.Outcome, Is.EqualTo("created"), created.Text);
        var query = Encoding.UTF8.GetBytes(Message.Query(id).ToString());

        var best = await BestAsync(async _ =>
        {
            using var connection = await RawConnection.OpenAsync(service.Address);
            var before = GC.GetTotalAllocatedBytes(precise: true);
            await connection.SendAsync(RawConnection.Head(query.Length));
            await connection.SendAsync(query);
            var bytes = await connection.CountUntilAsync("]}\r\n0\r\n\r\n"u8.ToArray(), _buffer);
            var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
            Assert.That(bytes, Is.GreaterThan(40_000_000), Encoding.UTF8.GetString(_buffer.AsSpan(0, 2000)));
            return allocated;
        });
        await TestContext.Out.WriteLineAsync($"30 MB out: {best:N0} bytes allocated");
        Assert.That(best, Is.LessThan(MaxAllocated));
    }

    // One request at a time, so nothing is shared: the dearest that each of them can be. In bytes, a fifth above what was measured, the
    // client and the tests' own log included.
    [TestCase(SmallRequests.Delivery, 68_000)]
    [TestCase(SmallRequests.Query, 60_000)]
    [TestCase(SmallRequests.QueryByPatient, 59_000)]
    [TestCase(SmallRequests.QueryByPatientOf100Kilobytes, 72_000)]
    [TestCase(SmallRequests.Trace, 39_000)]
    [TestCase(SmallRequests.FhirCreate, 105_000)]
    [TestCase(SmallRequests.FhirRead, 57_000)]
    [TestCase(SmallRequests.FhirContent, 60_000)]
    public async Task A_small_request_allocates_little_beside_its_message(string request, long most)
    {
        const int together = 100;
        await using var requests = await SmallRequests.StartAsync(request, settings: Quiet);
        var best = await BestAsync(async _ =>
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            for (var i = 0; i < together; i++)
            {
                await requests.SendAsync();
            }

            return (GC.GetTotalAllocatedBytes(precise: true) - before) / together;
        });
        await TestContext.Out.WriteLineAsync($"{request}: {best:N0} bytes allocated");
        Assert.That(best, Is.LessThan(most));
    }

    private static byte[] Body(string source, string id, int contentBytes)
    {
        var content = new byte[contentBytes];
        new Random(1).NextBytes(content);
        var message = Message.New(source, id).With("Media.FileContents", Convert.ToBase64String(content)).With(
            "Media.DocumentDescription", "00000000");
        return Encoding.UTF8.GetBytes(message.ToString(Newtonsoft.Json.Formatting.None));
    }

    // The first requests fill pools and compile code; the minimum is the cost.
    private static async Task<long> BestAsync(Func<int, Task<long>> measure)
    {
        var best = long.MaxValue;
        for (var attempt = 1; attempt <= 5; attempt++)
        {
            best = Math.Min(best, await measure(attempt));
        }

        return best;
    }
}
