using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Npgsql;
using Redox.Media.Api.Fhir;
using Redox.Media.Data;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Redox;

/// <summary>Clients of both APIs that request a large file and stop reading or disconnect.</summary>
[TestFixture, Category("Database")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
[Category("Slow")]
public sealed class SlowReaderTests
{
    private const string ClientToken = "test-slow-client-00001";
    private const int PoolSize = 4;

    /// <summary>More than the capacity of all buffers on the way.</summary>
    private const int FileBytes = 24_000_000;

    /// <summary>The sessions that hold a snapshot against vacuum.</summary>
    private const string Snapshots =
        "from pg_stat_activity where datname = current_database() and backend_xmin is not null and pid <> pg_backend_pid()";

    private const int BytesPerSecond = 30 * 1024;

    private string _connectionString = "";
    private NpgsqlDataSource _database = null!;

    [SetUp]
    public async Task Make_an_archive()
    {
        _connectionString = await TestDatabase.CreateAsync();
        _database = DatabaseConnection.Open(_connectionString);
    }

    [TearDown]
    public Task Close() => _database.DisposeAsync().AsTask();

    [TestCase("query")]
    [TestCase("content")]
    public async Task Slow_readers_hold_neither_a_session_nor_a_snapshot(string kind)
    {
        await using var service = await StartAsync();
        var request = await RequestAsync(service, kind);
        var small = await RequestAsync(service, kind, bytes: 1_000_000);
        using var end = new CancellationTokenSource();
        var readers = new List<RawConnection>();
        var reading = new List<Task>();
        for (var i = 0; i < 2; i++)
        {
            readers.Add(await RawConnection.OpenAsync(service.Address));
            await readers[i].SendAsync(request);
            Assert.That(await readers[i].ReceiveAtMostAsync(BytesPerSecond), Is.Positive);
            reading.Add(ReadSlowlyAsync(readers[i], end.Token));
        }

        await Eventually.HoldsAsync(_database, $"select count(*) = 0 {Snapshots}");
        for (var i = 0; i < 3; i++)
        {
            var clock = Stopwatch.StartNew();
            using var other = await RawConnection.OpenAsync(service.Address);
            await other.SendAsync(small);
            Assert.That(await other.CountAsync(1_000_000), Is.AtLeast(1_000_000));
            var delivered = await service.DeliverAsync(Message.New(Message.NewSource(), Message.NewDocumentId()));
            Assert.That(delivered.Status, Is.EqualTo(200));
            Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(2)));
        }

        Assert.That(reading.Select(task => task.IsCompleted), Has.All.False, "the slow readers are still served");
        await end.CancelAsync();
        await Task.WhenAll(reading);
        readers.ForEach(reader => reader.Dispose());
    }

    [TestCase("query")]
    [TestCase("content")]
    public async Task A_slow_reader_delays_only_itself(string kind)
    {
        await using var service = await StartAsync();
        var request = await RequestAsync(service, kind);
        var readers = new List<RawConnection>();
        for (var i = 0; i < 2 * PoolSize; i++)
        {
            readers.Add(await RawConnection.OpenAsync(service.Address));
            await readers[i].SendAsync(request);
            Assert.That(await readers[i].ReceiveAtMostAsync(1), Is.EqualTo(1), "each is served, whatever the others do");
        }

        for (var i = 0; i < 3; i++)
        {
            Assert.That((await service.DeliverAsync(Message.New(Message.NewSource(), Message.NewDocumentId()))).Status, Is.EqualTo(200));
        }

        readers.ForEach(reader => reader.Dispose());
    }

    /// <summary>The file has more slices than one statement reads, so that the pace of the client changes the statements.</summary>
    [TestCase("query")]
    [TestCase("content")]
    public async Task A_reader_that_pauses_gets_the_whole_file(string kind)
    {
        await using var service = await StartAsync();
        var request = await RequestAsync(service, kind);
        using var reader = await RawConnection.OpenAsync(service.Address);
        await reader.SendAsync(request);
        await reader.ReceiveAtMostAsync(1);
        await Eventually.HoldsAsync(_database, $"select count(*) = 0 {Snapshots}");

        var received = await reader.CountAsync(kind == "query" ? (FileBytes + 2) / 3 * 4 : FileBytes);

        Assert.That(received, Is.AtLeast(FileBytes));
    }

    [TestCase("query", "Query answered")]
    [TestCase("content", "/files/content responded")]
    public async Task A_reader_that_disconnects_ends_its_request(string kind, string logged)
    {
        await using var service = await StartAsync();
        var request = await RequestAsync(service, kind);
        using var reader = await RawConnection.OpenAsync(service.Address);
        await reader.SendAsync(request);
        await reader.ReceiveAtMostAsync(1);
        await Eventually.HoldsAsync(_database, $"select count(*) = 0 {Snapshots}");
        Assert.That(Count(service, logged), Is.Zero, "it waits for its client");

        reader.Reset();

        await Eventually.IsTrueAsync(
            "the request has ended", () => Task.FromResult(Count(service, logged) > 0), TimeSpan.FromSeconds(20));
    }

    [Test]
    public async Task A_reader_that_stops_reading_a_file_is_disconnected()
    {
        await using var service = await StartAsync(new MinResponseDataRate(TimeSpan.FromSeconds(3), BytesPerSecond: 100_000_000));
        var request = await RequestAsync(service, "content");
        using var reader = await RawConnection.OpenAsync(service.Address);
        await reader.SendAsync(request);

        await Eventually.IsTrueAsync(
            "the request has ended", () => Task.FromResult(Count(service, "/files/content responded") > 0), TimeSpan.FromSeconds(20));

        Assert.That(
            async () => await reader.ReadAnswerAsync(), Throws.InstanceOf<EndOfStreamException>(), "the response does not look complete");
    }

    private static int Count(RunningService service, string text) =>
        service.Logs.Entries.Count(entry => entry.Contains(text, StringComparison.Ordinal));

    private static async Task ReadSlowlyAsync(RawConnection reader, CancellationToken end)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        try
        {
            while (await timer.WaitForNextTickAsync(end) && await reader.ReceiveAtMostAsync(BytesPerSecond / 10) > 0)
            {
            }
        }
        catch (OperationCanceledException)
        {
            // The test has seen enough.
        }
    }

    private Task<RunningService> StartAsync(MinResponseDataRate? pace = null) => RunningService.StartAsync(
        $"{_connectionString};Maximum Pool Size={PoolSize}",
        new Dictionary<string, string?>
        {
            ["Clients:0:Id"] = "slow-app",
            ["Clients:0:Secret"] = ClientToken,
            ["Clients:0:SourceId"] = Message.NewSource(),
            ["Clients:0:Scopes:0"] = "system/Media.cruds",
        },
        services: services => services.AddSingleton(pace ?? MinResponseDataRate.Default));

    /// <summary>
    /// Makes a large document and returns the request for it. Before a connection is opened: one without a request is closed after ten
    /// seconds, which a busy machine may take.
    /// </summary>
    private static async Task<byte[]> RequestAsync(RunningService service, string kind, int bytes = FileBytes)
    {
        if (kind == "query")
        {
            var (source, id) = (Message.NewSource(), Message.NewDocumentId());
            await service.DeliverAsync(Message.New(source, id).WithContent(new string('q', bytes)));
            var query = Encoding.UTF8.GetBytes(Message.Query(id).ToString(Formatting.None));
            return [.. RawConnection.Head(query.Length), .. query];
        }

        var media = new JObject
        {
            ["resourceType"] = "Media",
            ["status"] = "completed",
            ["content"] = new JObject { ["contentType"] = "image/jpeg", ["data"] = Convert.ToBase64String(new byte[bytes]) },
        };
        var created = await service.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/Media")
        {
            Content = new StringContent(media.ToString(Formatting.None), Encoding.UTF8, "application/fhir+json"),
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", ClientToken) },
        });
        Assert.That(created.Status, Is.EqualTo(201), created.Text);
        var path = created.Headers.Location!.AbsolutePath.Split("/_history/")[0];
        return Encoding.ASCII.GetBytes(
            $"GET {path}/files/content HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {ClientToken}\r\n\r\n");
    }
}
