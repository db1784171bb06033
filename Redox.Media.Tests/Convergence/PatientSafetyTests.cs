using NUnit.Framework;
using Redox.Media.Core.Documents;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Convergence;

/// <summary>A document never moves from one patient to another by itself.</summary>
[TestFixture, Category("Database")]
public sealed class PatientSafetyTests : ArchiveFixture
{
    [SetUp]
    public async Task A_document_of_one_patient() =>
        await Driver.DeliverAsync(Message.New(Source, "D-1", At(10), "of patient 1", "PT-1"));

    [TestCase(20)] // a newer event for another patient is set aside
    [TestCase(0)] // a stale event for another patient is set aside
    public async Task An_event_for_another_patient_is_set_aside(int minute)
    {
        Assert.That(await Driver.DeliverAsync(Message.New(Source, "D-1", At(minute), "of patient 2", "PT-2")), Is.EqualTo("set-aside"));
        Assert.That(await Driver.DeliverAsync(Message.Delete(Source, "D-1", At(minute), "PT-2")), Is.EqualTo("set-aside"));
        Assert.That(
            await Driver.DeliverAsync(Message.Replace(Source, "D-1", "D-2", At(minute), "of patient 2", "PT-2")), Is.EqualTo("set-aside"));
        Assert.That(
            await Driver.DeliverAsync(Message.Replace(Source, "D-2", "D-1", At(minute), "of patient 2", "PT-2")), Is.EqualTo("set-aside"));

        Assert.That(await ReadAsync("D-1"), Is.EqualTo("of patient 1"));
        Assert.That(await ReadAsync("D-2"), Is.Empty);
        Assert.That((await Store.FindDocumentAsync(DocumentKey.Of(Source, "D-1"), default))!.Versions, Has.Count.EqualTo(1));
        Assert.That(await Store.FindDocumentAsync(DocumentKey.Of(Source, "D-2"), default), Is.Null);
    }

    [Test]
    public async Task One_shared_identifier_is_enough()
    {
        var message = Message.New(Source, "D-1", At(20), "two identifiers", "PT-2");
        ((Newtonsoft.Json.Linq.JArray)message["Patient"]!["Identifiers"]!)
            .Add(new Newtonsoft.Json.Linq.JObject { ["ID"] = "PT-1", ["IDType"] = "MR" });

        Assert.That(await Driver.DeliverAsync(message), Is.EqualTo("revised"));
        Assert.That(await Driver.DeliverAsync(Message.New(Source, "D-1", At(30), "now of patient 2 too", "PT-2")), Is.EqualTo("revised"));
    }

    [Test]
    public async Task The_same_ID_of_another_type_is_another_patient()
    {
        var message = Message.New(Source, "D-1", At(20));
        message["Patient"]!["Identifiers"]![0]!["IDType"] = "EPI";

        Assert.That(await Driver.DeliverAsync(message), Is.EqualTo("set-aside"));
    }

    [Test]
    public async Task An_event_that_names_no_patient_applies_and_keeps_the_documents_patient()
    {
        var message = Message.New(Source, "D-1", At(20), "of nobody");
        message["Patient"]!["Identifiers"] = new Newtonsoft.Json.Linq.JArray();

        Assert.That(await Driver.DeliverAsync(message), Is.EqualTo("revised"));
        Assert.That(await Driver.DeliverAsync(Message.New(Source, "D-1", At(30), "of patient 2", "PT-2")), Is.EqualTo("set-aside"));
    }

    [Test]
    public async Task A_deleted_document_still_belongs_to_its_patient()
    {
        await Driver.DeliverAsync(Message.Delete(Source, "D-1", At(20)));

        Assert.That(await Driver.DeliverAsync(Message.New(Source, "D-1", At(30), "of patient 2", "PT-2")), Is.EqualTo("set-aside"));
    }

    // Found by the convergence properties: the answer depended on which of the two events had come first.
    [Test]
    public async Task A_query_by_patient_does_not_find_a_document_whose_standing_event_names_none([Values] bool namelessFirst)
    {
        var named = Message.New(Source, "D-2", At(0));
        var nameless = Message.New(Source, "D-2", At(1));
        nameless["Patient"]!["Identifiers"] = new Newtonsoft.Json.Linq.JArray();
        foreach (var message in namelessFirst ? [nameless, named] : new[] { named, nameless })
        {
            await Driver.DeliverAsync(message);
        }

        var query = Message.Query("D-2");
        query["Patients"] =
            new Newtonsoft.Json.Linq.JArray(
            new Newtonsoft.Json.Linq.JObject { ["Identifiers"] = named["Patient"]!["Identifiers"]!.DeepClone() });

        Assert.That((await Driver.AskAsync(query, [Source]))!["Media"], Is.Empty);
    }
}
