using NUnit.Framework;
using Redox.Media.Core.Documents;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Convergence;

/// <summary>Two hospitals use the same DocumentIDs, log IDs and patient identifiers. They never meet.</summary>
[TestFixture, Category("Database")]
public sealed class SourcesTests : ArchiveFixture
{
    [Test]
    public async Task Everything_the_same_but_the_source_makes_documents_of_their_own()
    {
        string[] sources = [Source, Message.NewSource(), ""];
        var id = Message.NewDocumentId();
        foreach (var order in Permutations(sources))
        {
            foreach (var source in order)
            {
                await Driver.DeliverAsync(Message.New(source, id, At(0)).WithLog("log-1", "attempt-1"));
            }
        }

        foreach (var source in sources)
        {
            var trace = await Store.FindDocumentAsync(DocumentKey.Of(source, id), default);
            Assert.That(trace!.Versions, Has.Count.EqualTo(1));
            Assert.That(await FindAsync(id, source), Is.EqualTo(id));
        }

        var all = await Driver.AskAsync(Message.Query(id), null);
        Assert.That(all!["Media"]!.Count(), Is.EqualTo(3));
    }

    [Test]
    public async Task Interleaved_each_source_tells_its_own_story()
    {
        var other = Message.NewSource();
        await Driver.DeliverAsync(Message.New(Source, "D-1", At(0), "one").WithLog("log-1"));
        await Driver.DeliverAsync(Message.Delete(other, "D-1", At(1)).WithLog("log-2"));
        await Driver.DeliverAsync(Message.Replace(Source, "D-1", "D-2", At(2), "two").WithLog("log-3"));
        await Driver.DeliverAsync(Message.New(other, "D-2", At(3), "three").WithLog("log-1"));
        await Driver.DeliverAsync(Message.Replace(other, "D-2", "D-3", At(4), "four").WithLog("log-3"));

        Assert.That(await ReadAsync("D-1"), Is.EqualTo("two"));
        Assert.That(await ReadAsync("D-2"), Is.EqualTo("two"));
        Assert.That(await ReadAsync("D-1", other), Is.Empty);
        Assert.That(await ReadAsync("D-2", other), Is.EqualTo("four"));
        Assert.That(await ReadAsync("D-3"), Is.Empty);
    }

    [Test]
    public async Task Another_sources_patient_of_the_same_document_ID_is_no_reason_to_set_aside()
    {
        var other = Message.NewSource();
        await Driver.DeliverAsync(Message.New(Source, "D-1", At(0), patient: "PT-1"));

        Assert.That(await Driver.DeliverAsync(Message.New(other, "D-1", At(1), patient: "PT-2")), Is.EqualTo("created"));
        Assert.That(await Driver.DeliverAsync(Message.New(Source, "D-1", At(2), patient: "PT-2")), Is.EqualTo("set-aside"));
    }
}
