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

    private const string Stalled = "from pg_stat_activity where datname = current_database() and wait_event = 'ClientWrite'";

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
    public async Task A_slow_reader_delays_only_itself(string kind)
    {
        await using var service = await StartAsync();
        var request = await RequestAsync(service, kind);
        var readers = new List<RawConnection>();
        for (var i = 0; i < PoolSize; i++)
        {
            readers.Add(await RawConnection.OpenAsync(service.Address));
            await readers[i].SendAsync(request);
        }

        await Eventually.HoldsAsync(_database, $"select (select count(*) from delivery where outcome = 'answered') = {PoolSize}");
        await Eventually.HoldsAsync(_database, $"select count(*) >= {PoolSize / 2} {Stalled}");
        for (var i = 0; i < 3; i++)
        {
            Assert.That((await service.DeliverAsync(Message.New(Message.NewSource(), Message.NewDocumentId()))).Status, Is.EqualTo(200));
        }

        readers.ForEach(reader => reader.Dispose());
    }

    [TestCase("query")]
    [TestCase("content")]
    public async Task A_reader_that_disconnects_ends_the_work_of_the_database(string kind)
    {
        await using var service = await StartAsync();
        using var reader = await RawConnection.OpenAsync(service.Address);
        await reader.SendAsync(await RequestAsync(service, kind));
        await Eventually.HoldsAsync(_database, $"select count(*) = 1 {Stalled}");

        reader.Reset();

        await Eventually.HoldsAsync(
            _database,
            "select count(*) = 0 from pg_stat_activity where datname = current_database() and state = 'active' and pid <> pg_backend_pid()");
    }

    [Test]
    public async Task A_reader_that_stops_reading_a_file_is_disconnected()
    {
        await using var service = await StartAsync(new MinResponseDataRate(TimeSpan.FromSeconds(3), BytesPerSecond: 100_000_000));
        using var reader = await RawConnection.OpenAsync(service.Address);
        await reader.SendAsync(await RequestAsync(service, "content"));

        await Eventually.HoldsAsync(_database, $"select count(*) = 1 {Stalled}");
        await Eventually.HoldsAsync(_database, $"select count(*) = 0 {Stalled}");

        Assert.That(
            async () => await reader.ReadAnswerAsync(), Throws.InstanceOf<EndOfStreamException>(), "the response does not look complete");
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

    /// <summary>Makes a large document and returns the request for it.</summary>
    private static async Task<byte[]> RequestAsync(RunningService service, string kind)
    {
        if (kind == "query")
        {
            var (source, id) = (Message.NewSource(), Message.NewDocumentId());
            await service.DeliverAsync(Message.New(source, id).WithContent(new string('q', FileBytes)));
            var query = Encoding.UTF8.GetBytes(Message.Query(id).ToString(Formatting.None));
            return [.. RawConnection.Head(query.Length), .. query];
        }

        var media = new JObject
        {
            ["resourceType"] = "Media",
            ["status"] = "completed",
            ["content"] = new JObject { ["contentType"] = "image/jpeg", ["data"] = Convert.ToBase64String(new byte[FileBytes]) },
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
