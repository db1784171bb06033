using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Core.Documents;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Convergence;

/// <summary>Test and production: with the same source and DocumentID they are two documents.</summary>
[TestFixture, Category("Database")]
public sealed class TestDocumentsTests : ArchiveFixture
{
    [Test]
    public async Task A_test_event_never_touches_a_production_document_nor_the_other_way_round(
        [Values("New", "Replace", "Replaced", "Delete")] string kind, [Values] bool isTest)
    {
        await Driver.DeliverAsync(Message.New(Source, "D-1", At(0), "as it was").With("Meta.Test", !isTest));

        var outcome = await Driver.DeliverAsync(EventOf(kind).With("Meta.Test", isTest));

        Assert.That(outcome, Is.EqualTo(kind switch { "New" => "created", "Delete" => "deleted-unknown", _ => "replaced-unknown" }));
        Assert.That(await ContentsAsync("D-1", isTest: !isTest), Does.Contain("as it was"));
        Assert.That(await ContentsAsync("D-2", isTest: !isTest), kind == "Replaced" && !isTest ? Is.Not.Empty : Is.Empty);
    }

    [Test]
    public async Task Another_patient_in_the_test_document_is_no_reason_to_set_aside()
    {
        await Driver.DeliverAsync(Message.New(Source, "D-1", At(0), patient: "PT-1"));

        Assert.That(
            await Driver.DeliverAsync(Message.New(Source, "D-1", At(1), patient: "PT-2").With("Meta.Test", true)), Is.EqualTo("created"));
    }

    [Test]
    public async Task One_message_under_one_log_ID_as_test_and_in_production_is_applied_to_each()
    {
        var message = Message.New(Source, "D-1", At(0)).WithLog("log-1");

        Assert.That(await Driver.DeliverAsync(message.With("Meta.Test", true)), Is.EqualTo("created"));
        Assert.That(await Driver.DeliverAsync(message.With("Meta.Test", false)), Is.EqualTo("created"));
        Assert.That(await Driver.DeliverAsync(message.With("Meta.Test", true)), Is.EqualTo("duplicate"));
    }

    [Test]
    public async Task A_test_query_finds_both_and_any_other_the_production_document_only()
    {
        await Driver.DeliverAsync(Message.New(Source, "D-1", At(0), "production"));
        await Driver.DeliverAsync(Message.New(Source, "D-1", At(1), "test").With("Meta.Test", true));

        Assert.That(await ContentsAsync("D-1", isTest: false), Is.EqualTo(new[] { "production" }));
        Assert.That(await ContentsAsync("D-1", isTest: true), Is.EqualTo(new[] { "test", "production" }));
    }

    [Test]
    public async Task A_superseded_test_document_leads_to_its_test_replacement()
    {
        await Driver.DeliverAsync(Message.New(Source, "D-2", At(0), "production"));
        await Driver.DeliverAsync(Message.Replace(Source, "D-1", "D-2", At(1), "test").With("Meta.Test", true));

        Assert.That(await ContentsAsync("D-1", isTest: true), Is.EqualTo(new[] { "test" }));
        Assert.That(await ContentsAsync("D-1", isTest: false), Is.Empty);
    }

    [Test]
    public async Task Support_looks_up_either()
    {
        var service = await SharedService.GetAsync();
        await Driver.DeliverAsync(Message.New(Source, "D-1", At(0)));
        await Driver.DeliverAsync(Message.Delete(Source, "D-1", At(1)).With("Meta.Test", true));
        var address = $"/support/api/documents/{Source}/D-1";

        var production = (await service.AskSupportAsync(address)).Json;
        var test = (await service.AskSupportAsync(address + "?test=true")).Json;

        Assert.That(((string?)production["state"], (bool?)production["test"]), Is.EqualTo(("current", false)));
        Assert.That(((string?)test["state"], (bool?)test["test"]), Is.EqualTo(("deleted", true)));
        Assert.That((await service.AskSupportAsync($"/support/api/documents/{Source}/D-2?test=true")).Status, Is.EqualTo(404));
    }

    // Computed with the build before: SHA-256 of 'D' and both texts, each with its length, in UTF-16.
    [Test]
    public void The_key_of_a_production_document_is_what_it_was() => Assert.That(
        DocumentKey.Of("source", "document"),
        Is.EqualTo(new DocumentKey(3446564081281225010, Guid.Parse("cc679828cd51b36162eb5ed0452c8902"))));

    private JObject EventOf(string kind) => kind switch
    {
        "New" => Message.New(Source, "D-1", At(1), "other"),
        "Replace" => Message.Replace(Source, "D-0", "D-1", At(1), "other"),
        "Replaced" => Message.Replace(Source, "D-1", "D-2", At(1), "other"),
        _ => Message.Delete(Source, "D-1", At(1)),
    };

    private async Task<IEnumerable<string>> ContentsAsync(string id, bool isTest)
    {
        var answer = await Driver.AskAsync(Message.Query(id).With("Meta.Test", isTest), [Source]);
        return answer!["Media"]!.Select(Content);
    }
}
