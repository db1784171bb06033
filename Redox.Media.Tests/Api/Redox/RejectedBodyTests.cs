using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Redox;

/// <summary>
/// The raw bytes of what was not applied: only of what the caller was allowed to send, once for each caller and digest, and of a client
/// only so many a day. A row is left always.
/// </summary>
[TestFixture, Category("Database")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
public sealed class RejectedBodyTests
{
    private const string Writer = "test-writer-client-0001";
    private const string Reader = "test-reader-client-0001";
    private const string NoScope = "test-noscope-client-001";

    private readonly SettableTime _time = new(new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero));

    private string _database = "";

    [SetUp]
    public async Task Make_an_archive() => _database = await TestDatabase.CreateAsync();

    [Test]
    public async Task A_client_without_scopes_leaves_rows_and_no_bytes()
    {
        await using var service = await StartAsync();
        for (var i = 0; i < 5; i++)
        {
            Assert.That((await PostAsync(service, Invalid(50_000), NoScope)).Status, Is.EqualTo(403));
        }

        Assert.That(await StoredDeliveries.CountAsync("forbidden", _database), Is.EqualTo(5));
        Assert.That(await StoredBytesAsync(), Is.Zero);
    }

    [Test]
    public async Task What_a_client_may_not_send_leaves_a_row_and_no_bytes()
    {
        await using var service = await StartAsync();
        JObject[] messages = [Message.New("reader", "x"), Message.New("reader", "x").With("Meta.EventType", "Rotate")];
        foreach (var message in messages)
        {
            Assert.That((await PostAsync(service, message, Reader)).Outcome, Is.EqualTo("forbidden"));
        }

        Assert.That((await PostAsync(service, Message.New("hospital", "x"), Writer)).Outcome, Is.EqualTo("forbidden"));
        Assert.That(await StoredDeliveries.CountAsync("forbidden", _database), Is.EqualTo(3));
        Assert.That(await StoredBytesAsync(), Is.Zero);
    }

    [Test]
    public async Task An_unknown_event_of_a_client_for_another_source_is_forbidden()
    {
        await using var service = await StartAsync();
        var unknown = Message.New("hospital", Message.NewDocumentId()).With("Meta.EventType", "Rotate");

        var other = await PostAsync(service, unknown, Writer);
        var own = await PostAsync(service, Message.New("writer", "x").With("Meta.EventType", "Rotate"), Writer);

        Assert.That((other.Status, other.Outcome), Is.EqualTo((403, "forbidden")));
        Assert.That((own.Status, own.Outcome), Is.EqualTo((400, "refused")));
        Assert.That(await StoredDeliveries.RawBytesAsync(other.DeliveryId(), _database), Is.Empty);
        Assert.That(await StoredDeliveries.RawBytesAsync(own.DeliveryId(), _database), Is.Not.Empty);
    }

    [TestCase(500)]
    [TestCase(700_000)] // several slices
    public async Task A_body_that_is_sent_again_is_stored_once_and_counted(int length)
    {
        await using var service = await StartAsync(maxBytesPerDay: "1000000");
        var message = Invalid(length);

        var first = await service.DeliverAsync(message);
        var others = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => service.DeliverAsync(message)));
        var client = await PostAsync(service, message.With("Meta.Source.ID", "writer"), Writer);

        var body = await StoredDeliveries.RawBytesAsync(first.DeliveryId(), _database);
        foreach (var answer in others.Append(first))
        {
            Assert.That(answer.Outcome, Is.EqualTo("set-aside"));
            ByteAssert.AreEqual(await StoredDeliveries.RawBytesAsync(answer.DeliveryId(), _database), body);
            Assert.That((long?)(await service.TraceDeliveryAsync(answer.DeliveryId().ToString()))["bodyRepeats"], Is.EqualTo(4));
        }

        Assert.That((long?)(await service.TraceDeliveryAsync(client.DeliveryId().ToString()))["bodyRepeats"], Is.Zero, "another caller");
        var written = await StoredDeliveries.RawBytesAsync(client.DeliveryId(), _database);
        Assert.That(await StoredBytesAsync(), Is.EqualTo(body.Length + written.Length));
    }

    [Test]
    public async Task A_repeat_is_released_with_the_bytes_of_the_first()
    {
        await using var service = await StartAsync();
        var id = Message.NewDocumentId();
        await service.DeliverAsync(Message.New("hospital", id, patient: "PT-1"));
        var other = Message.New("hospital", id, patient: "PT-2", content: new string('x', 700_000));
        await service.DeliverAsync(other);
        var repeat = await service.DeliverAsync(other);
        var releaser = service.Services.GetRequiredService<SetAsideReleaser>();

        var released = await releaser.ReleaseAsync(new DeliveryId(repeat.DeliveryId()), new Caller.Staff("r.stern"), null, default);

        Assert.That(released, Is.InstanceOf<ReleaseResult.Released>());
        Assert.That((int)(await service.TraceDeliveryAsync(repeat.DeliveryId().ToString()))["bodyRepeats"]!, Is.EqualTo(1));
    }

    [Test]
    public async Task Beyond_its_bytes_of_a_day_a_client_leaves_rows_that_say_so()
    {
        await using var service = await StartAsync();
        var first = Invalid(60_000, "writer");
        var second = Invalid(60_000, "writer");

        Assert.That(await IsOmittedAsync(service, first), Is.False);
        Assert.That(await IsOmittedAsync(service, second), Is.True);
        Assert.That(await IsOmittedAsync(service, first), Is.False, "a repeat needs no bytes");
        Assert.That(await IsOmittedAsync(service, Invalid(30_000, "writer")), Is.False, "a smaller one fits");
        _time.Now += TimeSpan.FromDays(1);
        Assert.That(await IsOmittedAsync(service, second), Is.False, "the next day");
        Assert.That((await service.DeliverAsync(Invalid(200_000))).Outcome, Is.EqualTo("set-aside"));
        Assert.That(await StoredBytesAsync(), Is.GreaterThan(60_000 + 30_000 + 60_000 + 200_000), "the engine's are always stored");
    }

    [Test]
    public async Task A_set_aside_delivery_without_bytes_cannot_be_released()
    {
        await using var service = await StartAsync();
        var id = Message.NewDocumentId();
        await PostAsync(service, Message.New("writer", id, patient: "PT-1"), Writer);
        var answer = await PostAsync(service, Message.New("writer", id, patient: "PT-2", content: new string('x', 200_000)), Writer);
        Assert.That(answer.Outcome, Is.EqualTo("set-aside"));

        var result = await service.Services.GetRequiredService<SetAsideReleaser>()
            .ReleaseAsync(new DeliveryId(answer.DeliveryId()), new Caller.Staff("r.stern"), null, default);

        Assert.That((result as ReleaseResult.Unacceptable)?.Violations.Single().Rule, Does.Contain("was not stored"));
    }

    private static async Task<bool> IsOmittedAsync(RunningService service, JObject message)
    {
        var answer = await PostAsync(service, message, Writer);
        Assert.That(answer.Status, Is.EqualTo(400), answer.Text);
        return (bool)(await service.TraceDeliveryAsync(answer.DeliveryId().ToString()))["bodyOmitted"]!;
    }

    private static JObject Invalid(int length, string source = "hospital") =>
        Message.New(source, Message.NewDocumentId()).Without("Media.FileType").With("Patient.Notes", new string('n', length));

    private static Task<Answer> PostAsync(RunningService service, JObject message, string token) =>
        service.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/")
        {
            Content = new StringContent(message.ToString(Formatting.None), Encoding.UTF8, "application/json"),
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
        });

    private async Task<long> StoredBytesAsync()
    {
        await using var database = NpgsqlDataSource.Create(_database);
        await using var command = database.CreateCommand("select coalesce(sum(octet_length(bytes)), 0)::bigint from delivery_body");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private Task<RunningService> StartAsync(string maxBytesPerDay = "100000") => RunningService.StartAsync(
        _database,
        new Dictionary<string, string?>
        {
            ["Intake:MaxRejectedBytesPerDay"] = maxBytesPerDay,
            ["Clients:0:Id"] = "writer-app",
            ["Clients:0:Secret"] = Writer,
            ["Clients:0:SourceId"] = "writer",
            ["Clients:0:Scopes:0"] = "system/Media.cruds",
            ["Clients:1:Id"] = "reader-app",
            ["Clients:1:Secret"] = Reader,
            ["Clients:1:SourceId"] = "reader",
            ["Clients:1:Scopes:0"] = "system/Media.read",
            ["Clients:2:Id"] = "noscope-app",
            ["Clients:2:Secret"] = NoScope,
            ["Clients:2:SourceId"] = "noscope",
        },
        _time);
}
