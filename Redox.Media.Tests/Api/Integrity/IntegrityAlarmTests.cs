using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Integrity;

/// <summary>An integrity failure is logged, counted, and shown on the document.</summary>
[TestFixture, Category("Database")]
public sealed class IntegrityAlarmTests
{
    private readonly string _source = Message.NewSource();

    private RunningService _service = null!;
    private NpgsqlDataSource _database = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        var connectionString = await TestDatabase.CreateAsync();
        _service = await RunningService.StartAsync(connectionString);
        _database = NpgsqlDataSource.Create(connectionString);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _database.DisposeAsync();
        await _service.DisposeAsync();
    }

    [Test]
    public async Task A_failure_is_logged_and_counted_and_shown_on_the_document()
    {
        using var metrics = new CapturedMetrics(_service);
        var id = Message.NewDocumentId();
        var delivered = (await _service.DeliverAsync(Message.New(_source, id))).DeliveryId();
        Assert.That((await _service.TraceDocumentAsync(_source, id))["integrityFailures"], Is.Empty);
        await Damage.DoAsync(_database, Damage.OfInlineContent["a changed byte"], _source, id);

        for (var i = 0; i < 2; i++)
        {
            var answer = await _service.DeliverAsync(Message.Query(id));
            Assert.That(
                (answer.Status, (string?)answer.Json["Meta"]!["Errors"]![0]!["Text"]),
                Is.EqualTo((500, "A stored document is damaged and was not returned. The operator has been alerted.")));
        }

        var logged = _service.Logs.Entries.Where(entry => entry.Contains("[3401]", StringComparison.Ordinal)
            && entry.Contains(delivered.ToString(), StringComparison.Ordinal)).ToList();
        Assert.That(logged, Has.Count.EqualTo(2).And.All.StartsWith("Error").And.All.Contains("wrong-digest"));
        Assert.That(logged, Has.None.Contains(id).And.None.Contains(_source), "IDs of ours only");
        Assert.That(metrics.Entries, Does.Contain("redox.media.integrity.failures 1 failure=wrong-digest"));
        var shown = (await _service.TraceDocumentAsync(_source, id))["integrityFailures"]!.Single(); // the first detection
        Assert.That(((Guid)shown["deliveryId"]!, (string?)shown["failure"]), Is.EqualTo((delivered, "wrong-digest")));
        Assert.That(shown["detectedAt"], Is.Not.Null);
    }

    [Test]
    public async Task A_missing_version_is_shown_on_its_document()
    {
        var id = Message.NewDocumentId();
        await _service.ApplyAsync(Message.New(_source, id));
        await Damage.DoAsync(_database, Damage.OfInlineContent["the version lost"], _source, id);

        Assert.That((await _service.DeliverAsync(Message.Query(id))).Status, Is.EqualTo(500));

        var document = await _service.TraceDocumentAsync(_source, id);
        Assert.That((string?)document["integrityFailures"]!.Single()["failure"], Is.EqualTo("missing-version"));
    }

    [TestCase("delete from delivery_body where slice = 0")]
    [TestCase("delete from delivery_body where slice = (select max(slice) from delivery_body)")]
    [TestCase("delete from delivery_body")]
    [TestCase("update delivery_body set bytes = substring(bytes from 2) where slice = 0")]
    [TestCase("update delivery_body set bytes = bytes || ' '::bytea where slice = 0")]
    public async Task A_set_aside_delivery_whose_body_is_not_complete_is_not_released(string damage)
    {
        var id = Message.NewDocumentId();
        await _service.ApplyAsync(Message.New(_source, id, patient: "PT-1"));
        var setAside = await _service.DeliverAsync(
            Message.New(_source, id, patient: "PT-2", content: new string('x', 500_000)));
        Assert.That(setAside.Outcome, Is.EqualTo("set-aside"));
        var delivery = new DeliveryId(setAside.DeliveryId());
        await using var command = _database.CreateCommand(
            "with others as (delete from delivery_body where body_key <> "
            + $"(select body_key from delivery where delivery_id = '{delivery}')) {damage}");
        await command.ExecuteNonQueryAsync();
        var releaser = _service.Services.GetRequiredService<SetAsideReleaser>();

        var failure = Assert.ThrowsAsync<IntegrityException>(() => releaser.ReleaseAsync(delivery, new Caller.Staff("r.stern"), null, default));

        Assert.That(failure!.Delivery, Is.EqualTo(delivery));
        Assert.That(_service.Logs.Entries, Has.Some.Contains("[3401]").And.Some.Contains(delivery.ToString()));
        Assert.That((await _service.TraceDocumentAsync(_source, id))["versions"]!.Count(), Is.EqualTo(1), "nothing was applied");
    }
}
