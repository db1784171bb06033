using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Tests.Core.Validation;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Convergence;

/// <summary>A person releases what was set aside for its patient.</summary>
[TestFixture, Category("Database")]
public sealed class ReleaseTests : ArchiveFixture
{
    private static readonly Caller.Staff Staff = new("r.stern");

    [SetUp]
    public async Task A_document_of_one_patient() =>
        await Driver.DeliverAsync(Message.New(Source, "D-1", At(10), "of patient 1", "PT-1"));

    [Test]
    public async Task Released_it_applies_as_a_delivery_of_its_own_with_the_original_log_ID()
    {
        var message = Message.New(Source, "D-1", At(20), "of patient 2", "PT-2");
        var setAside = await SetAsideAsync(message);

        var released = (ReleaseResult.Released)await ReleaseAsync(setAside);

        Assert.That(released.Outcome, Is.EqualTo(Outcome.Revised));
        Assert.That(await ReadAsync("D-1"), Is.EqualTo("of patient 2"));
        var receipt = (await Store.FindDeliveriesAsync(message.LogId(), 10, default)).ToDictionary(delivery => delivery.DeliveryId);
        Assert.That(receipt, Has.Count.EqualTo(2));
        Assert.That(receipt[setAside].Outcome, Is.EqualTo(Outcome.SetAside));
        Assert.That(receipt[setAside].ReleasedBy, Is.EqualTo(released.Delivery.Id));
        Assert.That(receipt[setAside].Releases, Is.Null);
        Assert.That(receipt[released.Delivery.Id].Releases, Is.EqualTo(setAside));
        Assert.That(receipt[released.Delivery.Id].ReleasedBy, Is.Null);
        Assert.That(receipt[released.Delivery.Id].Caller, Is.EqualTo("staff:r.stern"));
        Assert.That(receipt[released.Delivery.Id].EventTime, Is.EqualTo(At(20)));
        var versions = (await Store.FindDocumentAsync(DocumentKey.Of(Source, "D-1"), default))!.Versions;
        Assert.That(
            versions.Select(version => (version.DeliveryId == released.Delivery.Id, version.IsCurrent)),
            Is.EqualTo(new[] { (false, false), (true, true) }));
    }

    [Test]
    public async Task Released_late_it_takes_its_place_in_event_time()
    {
        var setAside = await SetAsideAsync(Message.New(Source, "D-1", At(20), "of patient 2", "PT-2"));
        await Driver.DeliverAsync(Message.New(Source, "D-1", At(30), "newer, of patient 1", "PT-1"));

        Assert.That(((ReleaseResult.Released)await ReleaseAsync(setAside)).Outcome, Is.EqualTo(Outcome.Stale));
        Assert.That(await ReadAsync("D-1"), Is.EqualTo("newer, of patient 1"));
    }

    [Test]
    public async Task A_patient_whose_number_changed_is_set_aside_once_and_then_accepted_under_the_new_number()
    {
        await Driver.DeliverAsync(WithEhrId(Message.New(Source, "D-1", At(12), "with both", "PT-1")));
        var setAside = await SetAsideAsync(WithEhrId(Message.New(Source, "D-1", At(20), "new number", "PT-2")));

        Assert.That(((ReleaseResult.Released)await ReleaseAsync(setAside)).Outcome, Is.EqualTo(Outcome.Revised));

        Assert.That(
            await Driver.DeliverAsync(WithEhrId(Message.New(Source, "D-1", At(30), "next", "PT-2"))), Is.EqualTo("revised"));
        Assert.That(await Driver.DeliverAsync(Message.New(Source, "D-1", At(40), "after that", "PT-2")), Is.EqualTo("revised"));
        Assert.That(await Driver.DeliverAsync(Message.New(Source, "D-1", At(50), "old number", "PT-1")), Is.EqualTo("set-aside"));
    }

    [Test]
    public async Task A_stale_release_takes_its_identifiers_over_too()
    {
        var setAside = await SetAsideAsync(Message.New(Source, "D-1", At(20), "new number", "PT-2"));
        await Driver.DeliverAsync(Message.New(Source, "D-1", At(30), "newer, old number", "PT-1"));

        Assert.That(((ReleaseResult.Released)await ReleaseAsync(setAside)).Outcome, Is.EqualTo(Outcome.Stale));

        Assert.That(await Driver.DeliverAsync(Message.New(Source, "D-1", At(40), "new number", "PT-2")), Is.EqualTo("revised"));
    }

    [Test]
    public async Task Without_a_time_of_its_own_it_counts_with_the_arrival_of_what_was_set_aside()
    {
        var arrival = At(20);
        var receipt = await Driver.DeliverAsync(Message.New(Source, "D-1", null, "of patient 2", "PT-2"), arrival);
        await Driver.DeliverAsync(Message.New(Source, "D-1", At(30), "newer, of patient 1", "PT-1"));

        var released = (ReleaseResult.Released)await ReleaseAsync(new DeliveryId(receipt.Delivery));

        Assert.That(released.Outcome, Is.EqualTo(Outcome.Stale));
        Assert.That((await Store.FindDeliveriesAsync(released.Delivery.Id.ToString(), 1, default)).Single().EventTime, Is.EqualTo(arrival));
    }

    [Test]
    public async Task Releasing_twice_is_refused_with_the_delivery_that_released_it()
    {
        var setAside = await SetAsideAsync(Message.New(Source, "D-1", At(20), "of patient 2", "PT-2"));
        var first = (ReleaseResult.Released)await ReleaseAsync(setAside);

        Assert.That(await ReleaseAsync(setAside), Is.EqualTo(new ReleaseResult.AlreadyReleased(first.Delivery.Id)));
    }

    [Test]
    public async Task Of_many_who_release_at_once_one_does()
    {
        var setAside = await SetAsideAsync(Message.New(Source, "D-1", At(20), "of patient 2", "PT-2"));

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => ReleaseAsync(setAside))));

        Assert.That(results.Count(result => result is ReleaseResult.Released), Is.EqualTo(1));
        Assert.That(results.Count(result => result is ReleaseResult.AlreadyReleased), Is.EqualTo(19));
        Assert.That((await Store.FindDocumentAsync(DocumentKey.Of(Source, "D-1"), default))!.Versions, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Sent_again_after_its_release_it_is_a_duplicate()
    {
        var message = Message.New(Source, "D-1", At(20), "of patient 2", "PT-2");
        var setAside = await SetAsideAsync(message);
        var setAsideAgain = await SetAsideAsync(message);
        await ReleaseAsync(setAside);

        Assert.That(await Driver.DeliverAsync(message), Is.EqualTo("duplicate"));
        Assert.That(((ReleaseResult.Released)await ReleaseAsync(setAsideAgain)).Outcome, Is.EqualTo(Outcome.Duplicate));
    }

    [Test]
    public async Task A_large_file_comes_back_as_it_was_sent()
    {
        var content = string.Concat(Enumerable.Range(0, 100_000).Select(i => i + " "));
        var setAside = await SetAsideAsync(Message.New(Source, "D-1", At(20), content, "PT-2"));

        Assert.That(await ReleaseAsync(setAside), Is.InstanceOf<ReleaseResult.Released>());
        Assert.That(await ReadAsync("D-1"), Is.EqualTo(content));
    }

    [Test]
    public async Task A_replace_is_released_for_both_its_documents()
    {
        var setAside = await SetAsideAsync(Message.Replace(Source, "D-1", "D-2", At(20), "of patient 2", "PT-2"));

        Assert.That(((ReleaseResult.Released)await ReleaseAsync(setAside)).Outcome, Is.EqualTo(Outcome.Replaced));
        Assert.That(await ReadAsync("D-1"), Is.EqualTo("of patient 2"));
    }

    [Test]
    public async Task What_breaks_its_schema_is_not_mended_by_a_release()
    {
        var setAside = await SetAsideAsync(Message.New(Source, "D-1", At(20)).Without("Media.FileType"));

        var result = (ReleaseResult.Unacceptable)await ReleaseAsync(setAside);

        Assert.That(result.Violations.Select(violation => violation.Path), Has.Some.Contains("FileType"));
        Assert.That((await Store.FindDeliveriesAsync(setAside.ToString(), 1, default)).Single().ReleasedBy, Is.Null);
    }

    [Test]
    public async Task What_was_not_set_aside_and_what_is_not_there_cannot_be_released()
    {
        var applied = await Driver.DeliverAsync(Message.New(Source, "D-2", At(0)), At(0));

        Assert.That(await ReleaseAsync(new DeliveryId(applied.Delivery)), Is.EqualTo(new ReleaseResult.NotSetAside(Outcome.Created)));
        Assert.That(await ReleaseAsync(new DeliveryId(Guid.NewGuid())), Is.EqualTo(new ReleaseResult.NotFound()));
    }

    [Test]
    public async Task Support_sees_the_link_both_ways()
    {
        await using var service = await RunningService.StartAsync();
        var setAside = await SetAsideAsync(Message.New(Source, "D-1", At(20), "of patient 2", "PT-2"));
        var released = ((ReleaseResult.Released)await ReleaseAsync(setAside)).Delivery.Id;

        var one = (await service.AskSupportAsync($"/support/api/deliveries/{setAside}")).Json;
        var other = (await service.AskSupportAsync($"/support/api/deliveries/{released}")).Json;

        Assert.That((string?)one["releasedBy"], Is.EqualTo(released.ToString()));
        Assert.That((string?)other["releases"], Is.EqualTo(setAside.ToString()));
    }

    private static JObject WithEhrId(JObject message)
    {
        ((JArray)message["Patient"]!["Identifiers"]!).Add(new JObject { ["ID"] = "77", ["IDType"] = "EHRID" });
        return message;
    }

    private async Task<DeliveryId> SetAsideAsync(JObject message)
    {
        var receipt = await Driver.DeliverAsync(message, TimeProvider.System.GetUtcNow());
        Assert.That(receipt.Outcome, Is.EqualTo("set-aside"));
        return new DeliveryId(receipt.Delivery);
    }

    private Task<ReleaseResult> ReleaseAsync(DeliveryId id) =>
        Driver.Services.GetRequiredService<SetAsideReleaser>().ReleaseAsync(id, Staff, null, CancellationToken.None);
}
