using Newtonsoft.Json.Linq;
using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Support;

/// <summary>The search of staff, by the interface.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class SearchTests
{
    private RunningService _service = null!;

    [OneTimeSetUp]
    public async Task Start() => _service = await ConsoleService.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _service.DisposeAsync();

    [Test]
    public async Task Deliveries_are_listed_newest_first_by_source_outcome_and_event()
    {
        var (source, id) = (Message.NewSource(), Message.NewDocumentId());
        var ids = new List<string>();
        foreach (var message in new[]
        {
            Message.New(source, id), Message.New(source, id).Without("Media.FileType"), Message.Delete(source, id),
        })
        {
            ids.Add((await _service.DeliverAsync(message)).DeliveryId().ToString());
        }

        Assert.That(await ListAsync($"source={source}"), Is.EqualTo(new[] { ids[2], ids[1], ids[0] }));
        Assert.That(await ListAsync($"source={source}&outcome=set-aside"), Is.EqualTo(new[] { ids[1] }));
        Assert.That(await ListAsync($"source={source}&outcome=created,deleted"), Is.EqualTo(new[] { ids[2], ids[0] }));
        Assert.That(await ListAsync($"source={source}&event=delete"), Is.EqualTo(new[] { ids[2] }));
        Assert.That(await ListAsync($"source={source}&caller=client:app"), Is.Empty);
        Assert.That(await ListAsync($"source={source}&test=yes"), Is.Empty);
    }

    [Test]
    public async Task Pages_follow_each_other_without_a_gap_and_without_a_repeat()
    {
        var source = Message.NewSource();
        var delivered = new List<string>();
        for (var i = 0; i < 53; i++)
        {
            delivered.Add((await _service.DeliverAsync(Message.New(source, Message.NewDocumentId()))).DeliveryId().ToString());
        }

        var first = (await _service.AskSupportAsync("/support/api/deliveries?source=" + source)).Json;
        var second = (await _service.AskSupportAsync($"/support/api/deliveries?source={source}&before={first["next"]}")).Json;
        delivered.Reverse();
        Assert.That(Ids(first).Concat(Ids(second)), Is.EqualTo(delivered));
        Assert.That((Ids(first).Count(), second["next"]!.Type), Is.EqualTo((50, JTokenType.Null)));
    }

    [Test]
    public async Task Every_ID_of_a_pasted_line_is_looked_up()
    {
        var first = Message.New(Message.NewSource(), Message.NewDocumentId());
        var second = Message.New(Message.NewSource(), Message.NewDocumentId()).With("Meta.Message.ID", Random.Shared.NextInt64(1, long.MaxValue));
        await _service.DeliverAsync(first);
        var delivery = (await _service.DeliverAsync(second)).DeliveryId();
        var line = $"2026-11-27 12:00 ERROR log={first.LogId()} (msg {second.SelectToken("Meta.Message.ID")}) failed";
        var found = await PostAsync(RunningService.StaffToken, line);
        Assert.That(found["deliveries"]!.Count(), Is.EqualTo(2));
        Assert.That(Ids(found), Does.Contain(delivery.ToString()));
    }

    [Test]
    public async Task A_patient_is_found_with_the_role_phi_only_and_is_on_record()
    {
        var (source, id, patient) = (Message.NewSource(), Message.NewDocumentId(), "MRN " + Guid.NewGuid());
        await _service.DeliverAsync(Message.New(source, id, patient: patient));
        Assert.That((await PostAsync(RunningService.StaffToken, patient))["patientDocuments"], Is.Empty);
        Assert.That((string?)(await PostAsync(ConsoleService.Phi, patient))["patientDocuments"]!.Single()["documentId"], Is.EqualTo(id));
        Assert.That(_service.Logs.Entries, Has.None.Contains(patient));
    }

    [Test]
    public async Task Documents_are_found_by_their_DocumentID_whatever_it_is()
    {
        var id = "scan of 3 Mar / left, " + Guid.NewGuid().ToString("N");
        await _service.DeliverAsync(Message.New(Message.NewSource(), id));
        Assert.That((string?)(await PostAsync(RunningService.StaffToken, id))["documents"]!.Single()["documentId"], Is.EqualTo(id));
    }

    [Test]
    public async Task Who_sees_one_source_is_told_how_many_more_there_are()
    {
        var (other, log) = (Message.NewSource(), Guid.NewGuid().ToString());
        await _service.DeliverAsync(Message.New(other, Message.NewDocumentId()).WithLog(log));
        await _service.DeliverAsync(Message.New("a-source-of-the-restricted", Message.NewDocumentId()).WithLog(log));
        var found = await PostAsync(ConsoleService.Restricted, log);
        Assert.That((found["deliveries"]!.Count(), (int)found["hidden"]!), Is.EqualTo((1, 1)));
        Assert.That(found.ToString(), Does.Not.Contain(other));
    }

    [TestCase("outcome=nonsense", "is no outcome")]
    [TestCase("since=yesterday", "since: is a time")]
    [TestCase("before=x", "before must be")]
    public async Task What_cannot_be_understood_is_refused_in_words(string query, string expected)
    {
        var answer = await _service.AskSupportAsync("/support/api/deliveries?" + query);
        Assert.That((answer.Status, answer.Text), Is.EqualTo((400, answer.Text)));
        Assert.That(answer.Text, Does.Contain(expected));
    }

    private async Task<IEnumerable<string>> ListAsync(string query) =>
        Ids((await _service.AskSupportAsync("/support/api/deliveries?" + query)).Json);

    private static IEnumerable<string> Ids(JObject found) => found["deliveries"]!.Select(one => (string)one["deliveryId"]!);

    private async Task<JObject> PostAsync(string token, string text) => (await _service.SendAsync(
        new HttpRequestMessage(HttpMethod.Post, "/support/api/search")
        {
            Content = new StringContent(new JObject { ["text"] = text }.ToString()), Headers = { Authorization = new("Bearer", token) },
        })).Json;
}
