using Microsoft.Extensions.DependencyInjection;
using Newtonsoft.Json.Linq;
using NUnit.Framework;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Convergence;

/// <summary>What the source sends after staff have moved a document from PT-1 to PT-2 does not bring PT-1 back, in any order.</summary>
[TestFixture, Category("Database")]
public sealed class MovedDocumentOrderTests : ArchiveFixture
{
    private static readonly Caller.Staff Staff = new("r.stern");

    private JObject _first = [];

    [SetUp]
    public async Task A_moved_document()
    {
        _first = Message.New(Source, "O", At(10), "misfiled", "PT-1");
        await Driver.DeliverAsync(_first);
        await MoveAsync("O", "PT-2");
    }

    [TestCase(20)] // newer
    [TestCase(0)] // late
    public async Task An_event_for_the_wrong_patient_is_set_aside_in_words(int minute)
    {
        JObject[] messages =
        [
            Message.New(Source, "O", At(minute), "again", "PT-1"), Message.New(Source, "O", At(minute), "misfiled", "PT-1"),
            Message.Replace(Source, "O", "O", At(minute), "again", "PT-1"),
            Message.Replace(Source, "X", "O", At(minute), "again", "PT-1"), Message.Replace(Source, "O", "D", At(minute), "again", "PT-1"),
            With(Message.New(Source, "O", At(minute), "again", "PT-2"), "PT-1", "MR"),
            Without(Message.New(Source, "O", At(minute), "again")), Without(Message.Replace(Source, "O", "D", At(minute), "again")),
        ];
        foreach (var message in messages)
        {
            var receipt = await Driver.DeliverAsync(message, TimeProvider.System.GetUtcNow());
            Assert.That(receipt.Outcome, Is.EqualTo("set-aside"), message.ToString());
            var record = (await Store.FindDeliveriesAsync(receipt.Delivery.ToString(), 1, default)).Single();
            Assert.That(record.Violations.Single().Path, Is.EqualTo("Patient.Identifiers"));
            Assert.That(record.Violations.Single().Rule, Does.Contain("staff have moved"));
        }

        Assert.That((await ShowAsync("O"), await ShowAsync("D"), await ShowAsync("X")), Is.EqualTo(("misfiled of PT-2", "", "")));
    }

    [Test]
    public async Task A_repeat_of_what_was_moved_is_a_duplicate() =>
        Assert.That(await Driver.DeliverAsync(_first), Is.EqualTo("duplicate"));

    [Test]
    public async Task An_event_for_the_right_patient_is_applied_in_its_order()
    {
        Assert.That(await Driver.DeliverAsync(Message.New(Source, "O", At(5), "late", "PT-2")), Is.EqualTo("stale"));
        Assert.That(await ShowAsync("O"), Is.EqualTo("misfiled of PT-2"));
        Assert.That(await Driver.DeliverAsync(Message.New(Source, "O", At(20), "corrected", "PT-2")), Is.EqualTo("revised"));
        Assert.That(await ShowAsync("O"), Is.EqualTo("corrected of PT-2"));
        Assert.That(await Driver.DeliverAsync(Message.Replace(Source, "O", "D", At(30), "replaced", "PT-2")), Is.EqualTo("replaced"));
        Assert.That((await ShowAsync("O"), await ShowAsync("D")), Is.EqualTo(("replaced of PT-2", "replaced of PT-2")));
    }

    [TestCase("PT-1")]
    [TestCase("PT-2")]
    public async Task A_Delete_is_applied_for_either_patient_and_only_the_right_one_revives_the_document(string patient)
    {
        Assert.That(await Driver.DeliverAsync(Message.Delete(Source, "O", At(20), "PT-3")), Is.EqualTo("set-aside"), "a third patient");
        Assert.That(await Driver.DeliverAsync(Message.Delete(Source, "O", At(20), patient)), Is.EqualTo("deleted"));
        Assert.That(await ShowAsync("O"), Is.Empty);

        Assert.That(await Driver.DeliverAsync(Message.New(Source, "O", At(30), "again", "PT-1")), Is.EqualTo("set-aside"));
        Assert.That(await Driver.DeliverAsync(Message.New(Source, "O", At(30), "again", "PT-2")), Is.EqualTo("revived"));
        Assert.That(await ShowAsync("O"), Is.EqualTo("again of PT-2"));
    }

    [Test]
    public async Task A_release_for_the_wrong_patient_is_refused_until_the_document_is_moved_back()
    {
        var receipt = await Driver.DeliverAsync(Message.New(Source, "O", At(20), "again", "PT-1"), At(21));

        var refused = (ReleaseResult.Unacceptable)await ReleaseAsync(receipt.Delivery);
        Assert.That(refused.Violations.Single().Rule, Does.Contain("staff have moved"));
        Assert.That(await ShowAsync("O"), Is.EqualTo("misfiled of PT-2"));

        await MoveAsync("O");
        Assert.That(((ReleaseResult.Released)await ReleaseAsync(receipt.Delivery)).Outcome, Is.EqualTo(Outcome.Revised));
        Assert.That(await ShowAsync("O"), Is.EqualTo("again of PT-1"));
    }

    [Test]
    public async Task Moved_back_it_takes_events_of_the_first_patient_and_sets_those_of_the_second_aside()
    {
        await MoveAsync("O");

        Assert.That(await Driver.DeliverAsync(Message.New(Source, "O", At(15), "misfiled", "PT-1")), Is.EqualTo("unchanged"));
        Assert.That(await Driver.DeliverAsync(Message.New(Source, "O", At(20), "again", "PT-2")), Is.EqualTo("set-aside"));
        Assert.That(await Driver.DeliverAsync(Message.New(Source, "O", At(20), "again", "PT-1")), Is.EqualTo("revised"));
        Assert.That(await ShowAsync("O"), Is.EqualTo("again of PT-1"));
    }

    [Test]
    public async Task Moved_on_to_a_third_patient_it_is_of_neither_of_the_first()
    {
        await MoveAsync("O", "PT-3");

        Assert.That(await Driver.DeliverAsync(Message.New(Source, "O", At(20), "again", "PT-1")), Is.EqualTo("set-aside"));
        Assert.That(await Driver.DeliverAsync(Message.New(Source, "O", At(20), "again", "PT-2")), Is.EqualTo("set-aside"));
        Assert.That(await Driver.DeliverAsync(Message.New(Source, "O", At(20), "again", "PT-3")), Is.EqualTo("revised"));
    }

    [Test]
    public async Task Any_order_of_arrival_after_the_move_leaves_the_same_documents()
    {
        var found = new List<string>();
        foreach (var order in Permutations(new[] { 0, 1, 2, 3, 4 }))
        {
            Take_a_source();
            await A_moved_document();
            JObject[] events =
            [
                Message.New(Source, "O", At(50), "wrong", "PT-1"), Message.New(Source, "O", At(20), "second", "PT-2"),
                Message.Delete(Source, "O", At(25), "PT-1"), Message.New(Source, "O", At(30), "third", "PT-2"),
                Message.Replace(Source, "O", "D", At(40), "wrong", "PT-1"),
            ];
            foreach (var at in order)
            {
                await Driver.DeliverAsync(events[at]);
                await Driver.DeliverAsync(events[at]);
            }

            found.Add($"{await ShowAsync("O")}|{await ShowAsync("D")}|{(await LookAsync("O"))!.State}|{await LookAsync("D")}");
        }

        Assert.That(found.Distinct(), Is.EqualTo(new[] { "third of PT-2||current|" }));
    }

    private static JObject With(JObject message, string id, string type)
    {
        ((JArray)message["Patient"]!["Identifiers"]!).Add(new JObject { ["ID"] = id, ["IDType"] = type });
        return message;
    }

    private static JObject Without(JObject message)
    {
        message["Patient"]!["Identifiers"] = new JArray();
        return message;
    }

    /// <summary>What a query for the ID shows: content and patients.</summary>
    private async Task<string> ShowAsync(string id)
    {
        var answer = await Driver.AskAsync(Message.Query(id), [Source]);
        return string.Join(" and ", answer!["Media"]!.Select(item =>
            $"{Content(item)} of {string.Join(' ', item["Patient"]!["Identifiers"]!.Select(one => one["ID"]))}"));
    }

    private Task<ReleaseResult> ReleaseAsync(Guid delivery) => Driver.Services.GetRequiredService<SetAsideReleaser>()
        .ReleaseAsync(new DeliveryId(delivery), Staff, "test", default);

    /// <param name="patient">Null to move it back.</param>
    private async Task MoveAsync(string id, string? patient = null)
    {
        var request = new CorrectionRequest
        {
            Source = Source, DocumentId = id, Version = (await LookAsync(id))!.Version, Staff = Staff, Reason = "wrong patient",
            Target = new MoveTarget(patient is null ? null : [new PatientIdentifier(patient, "MR")], null, ""),
        };
        Assert.That(
            await Driver.Services.GetRequiredService<MisfiledDocuments>().MoveAsync(request, default),
            Is.InstanceOf<CorrectionResult.Corrected>());
    }

    private Task<DocumentHistory?> LookAsync(string id) => Store.FindDocumentAsync(DocumentKey.Of(Source, id), default);
}
