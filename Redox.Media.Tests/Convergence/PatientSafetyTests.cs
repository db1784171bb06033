using NUnit.Framework;
using Newtonsoft.Json.Linq;
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
        ((JArray)message["Patient"]!["Identifiers"]!)
            .Add(new JObject { ["ID"] = "PT-1", ["IDType"] = "MR" });

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
    public async Task An_event_with_another_ID_of_a_type_that_the_document_has_is_set_aside_whatever_else_it_shares()
    {
        await Driver.DeliverAsync(Of(0, "1001/MR", "77/EHRID"));

        Assert.That(await Driver.DeliverAsync(Of(1, "77/EHRID", "1002/MR")), Is.EqualTo("set-aside"));
        Assert.That(await Driver.DeliverAsync(Of(2, "1002/MR")), Is.EqualTo("set-aside"));
        Assert.That(await Driver.DeliverAsync(Of(3, "77/EHRID", "1001/MR", "5/NIST")), Is.EqualTo("revised"));
        Assert.That(await Driver.DeliverAsync(Of(4, "77/EHRID")), Is.EqualTo("revised"));
    }

    [Test]
    public async Task A_replace_is_compared_in_the_same_way_with_both_its_documents()
    {
        await Driver.DeliverAsync(Of(0, "1001/MR", "77/EHRID"));
        JObject[] replaces = [Message.Replace(Source, "D-2", "D-9", At(1)), Message.Replace(Source, "D-9", "D-2", At(1))];

        foreach (var replace in replaces)
        {
            Assert.That(await Driver.DeliverAsync(WithPatient(replace, "77/EHRID", "1002/MR")), Is.EqualTo("set-aside"));
        }
    }

    [Test]
    public async Task Identifiers_without_a_type_contradict_nothing()
    {
        await Driver.DeliverAsync(Of(0, "1001/", "77/EHRID"));

        Assert.That(await Driver.DeliverAsync(Of(1, "1002/", "77/EHRID")), Is.EqualTo("revised"));
        Assert.That(await Driver.DeliverAsync(Of(2, "1003/")), Is.EqualTo("set-aside"));
    }

    // What earlier events named still counts: otherwise the document would move in steps, each of which shares an identifier.
    [TestCase("1001/MR 77/EHRID", "77/EHRID 5/NIST", "5/NIST 1002/MR")]
    [TestCase("1001/MR", "1001/MR 77/EHRID", "77/EHRID 5/NIST", "5/NIST 1002/MR")]
    public async Task A_document_does_not_move_to_another_patient_in_several_steps(params string[] patients)
    {
        for (var i = 0; i < patients.Length; i++)
        {
            Assert.That(
                await Driver.DeliverAsync(Of(i, patients[i].Split(' '))),
                Is.EqualTo(i == 0 ? "created" : i == patients.Length - 1 ? "set-aside" : "revised"));
        }
    }

    [Test]
    public async Task An_event_that_names_no_patient_applies_and_keeps_the_documents_patient()
    {
        var message = Message.New(Source, "D-1", At(20), "of nobody");
        message["Patient"]!["Identifiers"] = new JArray();

        Assert.That(await Driver.DeliverAsync(message), Is.EqualTo("revised"));
        Assert.That(await Driver.DeliverAsync(Message.New(Source, "D-1", At(30), "of patient 2", "PT-2")), Is.EqualTo("set-aside"));
    }

    [Test]
    public async Task A_deleted_document_still_belongs_to_its_patient()
    {
        await Driver.DeliverAsync(Message.Delete(Source, "D-1", At(20)));

        Assert.That(await Driver.DeliverAsync(Message.New(Source, "D-1", At(30), "of patient 2", "PT-2")), Is.EqualTo("set-aside"));
    }

    [Test]
    public async Task A_query_by_identifier_finds_by_those_of_the_current_event_only()
    {
        await Driver.DeliverAsync(Of(0, "1001/MR", "1001/EPI"));
        await Driver.DeliverAsync(Of(1, "1001/MR"));

        Assert.That(await AskAsync("1001/MR"), Is.EqualTo(1));
        Assert.That(await AskAsync("1001/EPI"), Is.Zero);

        async Task<int> AskAsync(string identifier)
        {
            var query = Message.Query("D-2");
            query["Patients"] = new JArray(new JObject { ["Identifiers"] = Identifiers(identifier) });
            return (await Driver.AskAsync(query, [Source]))!["Media"]!.Count();
        }
    }

    // Found by the convergence properties: the answer depended on which of the two events had come first.
    [Test]
    public async Task A_query_by_patient_does_not_find_a_document_whose_standing_event_names_none([Values] bool namelessFirst)
    {
        var named = Message.New(Source, "D-2", At(0));
        var nameless = Message.New(Source, "D-2", At(1));
        nameless["Patient"]!["Identifiers"] = new JArray();
        foreach (var message in namelessFirst ? [nameless, named] : new[] { named, nameless })
        {
            await Driver.DeliverAsync(message);
        }

        var query = Message.Query("D-2");
        query["Patients"] =
            new JArray(
            new JObject { ["Identifiers"] = named["Patient"]!["Identifiers"]!.DeepClone() });

        Assert.That((await Driver.AskAsync(query, [Source]))!["Media"], Is.Empty);
    }

    private JObject Of(int minute, params string[] identifiers) =>
        WithPatient(Message.New(Source, "D-2", At(minute), $"of minute {minute}"), identifiers);

    private static JObject WithPatient(JObject message, params string[] identifiers)
    {
        message["Patient"]!["Identifiers"] = Identifiers(identifiers);
        return message;
    }

    /// <param name="identifiers">Each as ID/IDType.</param>
    private static JArray Identifiers(params string[] identifiers) =>
        new(identifiers.Select(identifier => identifier.Split('/'))
            .Select(parts => new JObject { ["ID"] = parts[0], ["IDType"] = parts[1] }));
}
