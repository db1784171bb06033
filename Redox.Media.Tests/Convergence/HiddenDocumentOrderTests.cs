using Microsoft.Extensions.DependencyInjection;
using Newtonsoft.Json.Linq;
using NUnit.Framework;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Convergence;

/// <summary>What the source sends after staff have hidden a document is applied and not shown, in any order.</summary>
[TestFixture, Category("Database")]
public sealed class HiddenDocumentOrderTests : ArchiveFixture
{
    private static readonly Caller.Staff Staff = new("r.stern");

    private MisfiledDocuments Misfiled => Driver.Services.GetRequiredService<MisfiledDocuments>();

    [SetUp]
    public async Task A_hidden_document()
    {
        await Driver.DeliverAsync(Message.New(Source, "O", At(10), "misfiled"));
        await HideAsync("O");
    }

    [Test]
    public async Task Later_events_of_it_are_applied_and_not_shown_until_staff_show_it_again()
    {
        Assert.That(await Driver.DeliverAsync(Message.New(Source, "O", At(20), "second")), Is.EqualTo("revised"));
        Assert.That(await Driver.DeliverAsync(Message.Replace(Source, "O", "O", At(30), "third")), Is.EqualTo("revised"));
        Assert.That(await Driver.DeliverAsync(Message.Replace(Source, "X", "O", At(40), "fourth")), Is.EqualTo("replaced-unknown"));
        Assert.That((await ReadAsync("O"), await ReadAsync("X")), Is.EqualTo(("", "")));

        await UnhideAsync("O");

        Assert.That((await ReadAsync("O"), await ReadAsync("X")), Is.EqualTo(("fourth", "fourth")));
        Assert.That((await LookAsync("O")).Versions, Has.Count.EqualTo(4));
    }

    [Test]
    public async Task A_Delete_is_applied_and_a_revival_stays_hidden()
    {
        Assert.That(await Driver.DeliverAsync(Message.Delete(Source, "O", At(20))), Is.EqualTo("deleted"));
        Assert.That(((await LookAsync("O")).State, (await LookAsync("O")).Hidden), Is.EqualTo(("deleted", true)));
        Assert.That(await Driver.DeliverAsync(Message.New(Source, "O", At(30), "again")), Is.EqualTo("revived"));

        Assert.That(await ReadAsync("O"), Is.Empty);
    }

    [Test]
    public async Task A_late_or_repeated_event_shows_nothing()
    {
        var message = Message.New(Source, "O", At(0), "older");
        Assert.That(await Driver.DeliverAsync(message), Is.EqualTo("stale"));
        Assert.That(await Driver.DeliverAsync(message), Is.EqualTo("duplicate"));
        Assert.That(await Driver.DeliverAsync(Message.New(Source, "O", At(15), "misfiled")), Is.EqualTo("unchanged"));

        Assert.That(await ReadAsync("O"), Is.Empty);
    }

    [Test]
    public async Task A_Replace_of_it_is_set_aside_until_staff_release_it()
    {
        var replace = Message.Replace(Source, "O", "D", At(20), "replacement");
        var receipt = await Driver.DeliverAsync(replace, At(21));
        Assert.That(receipt.Outcome, Is.EqualTo("set-aside"));
        Assert.That((await FindAsync("O"), await FindAsync("D")), Is.EqualTo(("", "")));
        var record = (await Store.FindDeliveriesAsync(receipt.Delivery.ToString(), 1, default)).Single();
        Assert.That(record.Violations.Select(violation => violation.Path), Is.EqualTo(new[] { "Media.OriginalDocumentID" }));
        Assert.That(record.Violations[0].Rule, Does.Contain("staff have hidden"));

        var released = await Driver.Services.GetRequiredService<SetAsideReleaser>()
            .ReleaseAsync(new DeliveryId(receipt.Delivery), Staff, "right patient", default);

        Assert.That(((ReleaseResult.Released)released).Outcome, Is.EqualTo(Outcome.Replaced));
        Assert.That((await ReadAsync("O"), await ReadAsync("D")), Is.EqualTo(("replacement", "replacement")));
    }

    [Test]
    public async Task A_Replace_that_was_applied_before_is_not_touched_and_repeats_of_it_are_duplicates()
    {
        var replace = Message.Replace(Source, "P", "D", At(20), "replacement");
        await Driver.DeliverAsync(Message.New(Source, "P", At(10), "first"));
        await Driver.DeliverAsync(replace);

        await HideAsync("P");

        Assert.That(await Driver.DeliverAsync(replace), Is.EqualTo("duplicate"));
        Assert.That(await ReadAsync("P"), Is.EqualTo("replacement"), "the document that is shown is another one: hide that");
        await HideAsync("D");
        Assert.That((await ReadAsync("P"), await ReadAsync("D")), Is.EqualTo(("", "")));
    }

    [Test]
    public async Task Any_order_of_arrival_after_the_hide_leaves_the_same_documents()
    {
        var found = new List<string>();
        foreach (var order in Permutations(new[] { 0, 1, 2, 3 }))
        {
            Take_a_source();
            await A_hidden_document();
            JObject[] events =
            [
                Message.New(Source, "O", At(20), "second"), Message.Delete(Source, "O", At(30)), Message.New(Source, "O", At(40), "last"),
                Message.Replace(Source, "N", "O", At(35), "replacing"),
            ];
            foreach (var at in order)
            {
                await Driver.DeliverAsync(events[at]);
                await Driver.DeliverAsync(events[at]);
            }

            var hidden = await ReadAsync("O") + await ReadAsync("N");
            await UnhideAsync("O");
            found.Add($"{hidden}|{await ReadAsync("O")}|{await ReadAsync("N")}|{(await LookAsync("N")).State}");
        }

        Assert.That(found.Distinct(), Is.EqualTo(new[] { "|last|last|superseded" }));
    }

    private Task HideAsync(string id) => ActAsync(id, Misfiled.HideAsync);

    private Task UnhideAsync(string id) => ActAsync(id, Misfiled.UnhideAsync);

    private async Task ActAsync(string id, Func<CorrectionRequest, CancellationToken, Task<CorrectionResult>> act)
    {
        var request = new CorrectionRequest
        {
            Source = Source, DocumentId = id, Version = (await LookAsync(id)).Version, Staff = Staff, Reason = "wrong patient",
        };
        Assert.That(await act(request, default), Is.InstanceOf<CorrectionResult.Corrected>());
    }

    private async Task<DocumentHistory> LookAsync(string id) => (await Store.FindDocumentAsync(DocumentKey.Of(Source, id), default))!;
}
