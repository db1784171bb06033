using NUnit.Framework;
using Redox.Media.Core.Deliveries;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Core.Deliveries;

/// <summary>The engine delivers at least once. What was applied is not applied again; what was not can come again, mended.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class DuplicateTests
{
    [Test]
    public async Task Another_attempt_of_the_same_log_is_a_duplicate()
    {
        var (service, message, id) = await StartAsync();
        Assert.That(await service.ApplyAsync(message), Is.EqualTo("created"));
        Assert.That(await service.ApplyAsync(message.WithLog(message.LogId(), "another attempt")), Is.EqualTo("duplicate"));
        Assert.That((await service.TraceDeliveryAsync(message.LogId()))["otherAttempts"]!.Count(), Is.EqualTo(1));
        Assert.That(await StoredDeliveries.CountVersionsAsync(id), Is.EqualTo(1));
    }

    [Test]
    public async Task White_space_makes_no_other_message()
    {
        var (service, message, _) = await StartAsync();
        await service.ApplyAsync(message);
        var answer = await service.DeliverAsync(System.Text.Encoding.UTF8.GetBytes(message.ToString(Newtonsoft.Json.Formatting.Indented)));
        Assert.That(answer.Outcome, Is.EqualTo("duplicate"));
    }

    [Test]
    public async Task The_same_message_under_another_log_is_none()
    {
        var (service, message, _) = await StartAsync();
        await service.ApplyAsync(message);
        Assert.That(await service.ApplyAsync(message.WithLog(Guid.NewGuid().ToString())), Is.EqualTo("unchanged"));
    }

    [Test]
    public async Task The_same_log_from_another_source_is_none()
    {
        var (service, message, _) = await StartAsync();
        await service.ApplyAsync(message);
        Assert.That(await service.ApplyAsync(message.With("Meta.Source.ID", Message.NewSource())), Is.EqualTo("created"));
    }

    [Test]
    public async Task A_message_that_was_set_aside_may_come_again_corrected_under_the_same_log()
    {
        var (service, message, id) = await StartAsync();
        var log = message.LogId();
        Assert.That(await service.ApplyAsync(message.With("Media.FileContents", "no base64!")), Is.EqualTo("set-aside"));
        Assert.That(await service.ApplyAsync(message), Is.EqualTo("set-aside"));
        Assert.That(await service.ApplyAsync(message.WithContent("corrected")), Is.EqualTo("created"));
        Assert.That(await service.ApplyAsync(message), Is.EqualTo("duplicate"));

        Assert.That(await service.ContentAsync(id), Is.EqualTo("corrected"));
        Assert.That(await StoredDeliveries.OfLogAsync(log), Has.Count.EqualTo(4));
    }

    [Test]
    public async Task A_correction_of_what_was_applied_is_applied_too()
    {
        var (service, message, id) = await StartAsync();
        await service.ApplyAsync(message);
        Assert.That(await service.ApplyAsync(message.WithContent("second thought")), Is.AnyOf("revised"));
        Assert.That(await service.ContentAsync(id), Is.EqualTo("second thought"));
    }

    [TestCase("Meta.Transmission.ID")]
    [TestCase("Meta.Message.ID")]
    public async Task Without_logs_what_stood_there_before_tells(string path)
    {
        var (service, message, _) = await StartAsync();
        message.Without("Meta.Logs").With(path, 4_569_885_864).With("Meta.EventDateTime", "2026-03-02T12:00:00Z");
        Assert.That(await service.ApplyAsync(message), Is.EqualTo("created"));
        Assert.That(await service.ApplyAsync(message), Is.EqualTo("duplicate"));
        Assert.That(await service.ApplyAsync(message.With(path, 4_569_885_865)), Is.EqualTo("stale").Or.EqualTo("unchanged"));
    }

    [Test]
    public async Task Without_any_ID_the_message_and_its_time_tell()
    {
        var (service, message, _) = await StartAsync();
        message.Without("Meta.Logs").With("Meta.EventDateTime", "2026-03-02T12:00:00Z");
        Assert.That(await service.ApplyAsync(message), Is.EqualTo("created"));
        Assert.That(await service.ApplyAsync(message), Is.EqualTo("duplicate"));
        Assert.That(await service.ApplyAsync(message.With("Meta.EventDateTime", "2026-03-02T12:00:01Z")), Is.EqualTo("unchanged"));
    }

    [Test]
    public async Task Sixteen_at_once_are_applied_once()
    {
        var (service, message, id) = await StartAsync();
        var body = System.Text.Encoding.UTF8.GetBytes(message.ToString());
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => service.DeliverAsync(body)));

        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(200));
        Assert.That(answers.Count(answer => answer.Outcome == "created"), Is.EqualTo(1));
        Assert.That(answers.Count(answer => answer.Outcome == "duplicate"), Is.EqualTo(15));
        Assert.That(await StoredDeliveries.CountVersionsAsync(id), Is.EqualTo(1));
        Assert.That(await StoredDeliveries.OfLogAsync(message.LogId()), Has.Count.EqualTo(16));
    }

    private static async Task<(RunningService Service, Newtonsoft.Json.Linq.JObject Message, string Id)> StartAsync()
    {
        var id = Message.NewDocumentId();
        return (await SharedService.GetAsync(), Message.New(Message.NewSource(), id), id);
    }
}
