using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Core.Documents;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Convergence;

/// <summary>Events at one event time: Delete beats Replace, Replace beats New, and between equal ones the IDs decide.</summary>
[TestFixture, Category("Database")]
public sealed class TieTests : ArchiveFixture
{
    [TestCase("New Replace", "current replacing content")]
    [TestCase("New Delete", "deleted ")]
    [TestCase("Replace Delete", "deleted ")]
    [TestCase("New Replace Delete", "deleted ")]
    public async Task Delete_beats_Replace_and_Replace_beats_New_whatever_the_log_IDs_and_the_order(string kinds, string expected)
    {
        var events = kinds.Split(' ');
        foreach (var logs in Permutations(Enumerable.Range(0, events.Length).ToList()))
        {
            foreach (var order in Permutations(Enumerable.Range(0, events.Length).ToList()))
            {
                var id = Message.NewDocumentId();
                foreach (var i in order)
                {
                    await Driver.DeliverAsync(EventOf(events[i], id).WithLog($"log-{logs[i]}"));
                }

                var state = (await Store.FindDocumentAsync(DocumentKey.Of(Source, id), default))!.State;
                Assert.That(
                    $"{state} {await ReadAsync(id)}", Is.EqualTo(expected),
                    $"arrival {string.Join(", ", order.Select(i => $"{events[i]} with log ID {logs[i]}"))}");
            }
        }
    }

    [Test]
    public async Task A_Replace_supersedes_an_original_whose_New_has_the_same_time([Values] bool isReplaceFirst)
    {
        JObject[] events =
            [Message.New(Source, "D-1", At(0)).WithLog("b"), Message.Replace(Source, "D-1", "D-2", At(0)).WithLog("a")];
        foreach (var message in isReplaceFirst ? events.Reverse() : events)
        {
            await Driver.DeliverAsync(message);
        }

        Assert.That((await Store.FindDocumentAsync(DocumentKey.Of(Source, "D-1"), default))!.State, Is.EqualTo("superseded"));
        Assert.That(await FindAsync("D-1"), Is.EqualTo("D-2"));
    }

    [Test]
    public async Task Versions_of_one_time_are_listed_in_the_order_in_which_they_win()
    {
        await Driver.DeliverAsync(Message.Delete(Source, "D-1", At(0)).WithLog("a"));
        await Driver.DeliverAsync(Message.New(Source, "D-1", At(0)).WithLog("c"));
        await Driver.DeliverAsync(Message.Replace(Source, "D-1", "D-2", At(0)).WithLog("b"));

        var versions = (await Store.FindDocumentAsync(DocumentKey.Of(Source, "D-1"), default))!.Versions;

        Assert.That(versions.Select(version => version.State), Is.EqualTo(new[] { "current", "superseded", "deleted" }));
        Assert.That(versions.Select(version => version.IsCurrent), Is.EqualTo(new[] { false, false, true }));
    }

    private JObject EventOf(string kind, string id) => kind switch
    {
        "New" => Message.New(Source, id, At(0)),
        "Replace" => Message.Replace(Source, Message.NewDocumentId(), id, At(0)),
        _ => Message.Delete(Source, id, At(0)),
    };
}
