using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Core.Documents;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Support;

/// <summary>Staff who may see some sources only: of the others they are told how many, and nothing else.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class StaffSourcesTests
{
    private const string Restricted = "a-restricted-token-01", OtherRole = "an-operators-token-02", Client = "a-client-secret-000001";

    private static readonly string Seen = Message.NewSource();
    private static readonly string AlsoSeen = Message.NewSource();

    private RunningService _service = null!;

    [OneTimeSetUp]
    public async Task Start() => _service = await RunningService.StartAsync(settings: new Dictionary<string, string?>
    {
        ["Staff:1:Name"] = "restricted", ["Staff:1:Token"] = Restricted, ["Staff:1:Roles:0"] = "trace",
        ["Staff:1:Sources:0"] = Seen, ["Staff:1:Sources:1"] = AlsoSeen,
        ["Staff:2:Name"] = "operator", ["Staff:2:Token"] = OtherRole, ["Staff:2:Roles:0"] = "operate",
        ["Clients:0:Id"] = "app", ["Clients:0:Secret"] = Client, ["Clients:0:SourceId"] = "another-" + Seen,
        ["Clients:0:Scopes:0"] = "system/Media.cruds", ["AllowedHosts"] = "127.0.0.1",
    });

    [OneTimeTearDown]
    public async Task Stop() => await _service.DisposeAsync();

    [Test]
    public async Task Deliveries_of_other_sources_are_counted_and_not_shown()
    {
        var log = Guid.NewGuid().ToString();
        var (other, also) = (Message.NewSource(), Message.NewDocumentId());
        var deliveries = new List<string>();
        foreach (var source in new[] { other, Seen, other, AlsoSeen, other })
        {
            var message = Message.New(source, also, content: Guid.NewGuid().ToString()).WithLog(log, "a");
            deliveries.Add((await _service.DeliverAsync(message)).DeliveryId().ToString());
        }

        var (status, found) = await DeliveryAsync(log);
        Assert.That((status, (int?)found["hidden"]), Is.EqualTo((200, 3)), found.ToString());
        Assert.That((string?)found["deliveryId"], Is.EqualTo(deliveries[3]), "the newest that is visible");
        Assert.That(found["otherAttempts"]!.Select(one => (string?)one["deliveryId"]), Is.EqualTo(new[] { deliveries[1] }));
        Assert.That(found.ToString(), Does.Not.Contain(other));

        var everything = (await _service.AskSupportAsync("/support/api/deliveries/" + log)).Json;
        Assert.That(((int?)everything["hidden"], everything["otherAttempts"]!.Count()), Is.EqualTo(((int?)0, 4)));
        Assert.That(everything["otherAttempts"]![0]!["hidden"], Is.Null, "it is told once");
    }

    [Test]
    public async Task A_look_up_that_finds_hidden_ones_only_is_404_with_their_number()
    {
        var message = Message.New(Message.NewSource(), Message.NewDocumentId())
            .With("Meta.Message.ID", Random.Shared.NextInt64(1, long.MaxValue));
        var delivery = (await _service.DeliverAsync(message)).DeliveryId().ToString();
        string[] ids =
        [
            message.LogId(), message.LogId().ToUpperInvariant(), delivery, (string)message.SelectToken("Meta.Logs[0].AttemptID")!,
            (string)message.SelectToken("Meta.Message.ID")!,
        ];
        foreach (var id in ids)
        {
            var (status, found) = await DeliveryAsync(id);
            Assert.That((status, (int?)found["hidden"]), Is.EqualTo((404, 1)), id);
            Assert.That(found.Properties().Select(member => member.Name), Is.EquivalentTo(new[] { "error", "hidden" }));
            Assert.That(found.ToString(), Does.Not.Contain((string)message["Meta"]!["Source"]!["ID"]!));
        }

        var (unknown, text) = await DeliveryAsync(Guid.NewGuid().ToString());
        Assert.That((unknown, text["hidden"]), Is.EqualTo((404, (JToken?)null)));
    }

    [Test]
    public async Task A_delivery_without_a_source_is_visible_to_those_who_see_all()
    {
        var log = Guid.NewGuid().ToString();
        await _service.DeliverAsync(Message.New("", Message.NewDocumentId()).WithLog(log, "a"));
        var (status, found) = await DeliveryAsync(log);
        Assert.That((status, (int?)found["hidden"]), Is.EqualTo((404, 1)));
        Assert.That((await _service.AskSupportAsync("/support/api/deliveries/" + log)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Hidden_deliveries_do_not_use_up_pages()
    {
        var (log, other, document) = (Guid.NewGuid().ToString(), Message.NewSource(), Message.NewDocumentId());
        for (var i = 0; i < 210; i++)
        {
            foreach (var source in new[] { other, Seen })
            {
                await _service.DeliverAsync(Message.New(source, document).WithLog(log, "a"));
            }
        }

        var (_, first) = await DeliveryAsync(log);
        Assert.That((first["otherAttempts"]!.Count(), (int?)first["hidden"]), Is.EqualTo((199, 210)));
        var (_, last) = await DeliveryAsync($"{log}?after={first["next"]}");
        Assert.That((last["otherAttempts"]!.Count(), last["next"]!.Type), Is.EqualTo((10, JTokenType.Null)));
        var shown = first["otherAttempts"]!.Concat(last["otherAttempts"]!).Append(first);
        Assert.That(shown.Select(one => (string?)one["source"]), Is.All.EqualTo(Seen));
        Assert.That(shown.Select(one => (string?)one["deliveryId"]).Distinct().Count(), Is.EqualTo(210));
    }

    [Test]
    public async Task Hidden_deliveries_of_clients_make_no_empty_page()
    {
        var message = Message.New(Seen, Message.NewDocumentId());
        await _service.DeliverAsync(message);
        var request = new HttpRequestMessage(HttpMethod.Get, "/Media?_id=nothing")
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", Client) },
        };
        request.Headers.Add("X-Correlation-Id", message.LogId());
        Assert.That((await _service.SendAsync(request)).Status, Is.EqualTo(200));

        var (_, found) = await DeliveryAsync(message.LogId());
        Assert.That((found["next"]!.Type, (int?)found["hidden"]), Is.EqualTo((JTokenType.Null, 1)));
        var everything = (await _service.AskSupportAsync("/support/api/deliveries/" + message.LogId())).Json;
        Assert.That(everything["next"]!.Type, Is.EqualTo(JTokenType.String));
    }

    [Test]
    public async Task Hidden_deliveries_are_counted_up_to_a_limit()
    {
        var (log, document) = (Guid.NewGuid().ToString(), Message.NewDocumentId());
        foreach (var source in new[] { Message.NewSource(), Message.NewSource(), Seen })
        {
            await _service.DeliverAsync(Message.New(source, document).WithLog(log, "a"));
        }

        var store = _service.Services.GetRequiredService<IDocumentStore>();
        Assert.That(await store.CountHiddenDeliveriesAsync(log, 10, [Seen], default), Is.EqualTo(2));
        Assert.That(await store.CountHiddenDeliveriesAsync(log, 1, [Seen], default), Is.EqualTo(1));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_document_of_another_source_is_404_and_counted(bool posted)
    {
        var (other, id) = (Message.NewSource(), Message.NewDocumentId());
        await _service.ApplyAsync(Message.New(other, id));
        await _service.ApplyAsync(Message.New(Seen, id));

        Assert.That((await DocumentAsync(Seen, id, posted)).Status, Is.EqualTo(200));
        var (status, hidden) = await DocumentAsync(other, id, posted);
        Assert.That((status, (int?)hidden["hidden"]), Is.EqualTo((404, 1)));
        Assert.That(hidden.Properties().Select(member => member.Name), Is.EquivalentTo(new[] { "error", "hidden" }));
        var (unknown, text) = await DocumentAsync(other, id + "x", posted);
        Assert.That((unknown, text["hidden"]), Is.EqualTo((404, (JToken?)null)));
    }

    [Test]
    public async Task The_role_of_one_token_does_not_open_the_sources_of_another()
    {
        var message = Message.New(Message.NewSource(), Message.NewDocumentId());
        await _service.DeliverAsync(message);
        foreach (var tokens in new[] { new[] { OtherRole, Restricted }, [Restricted, OtherRole] })
        {
            using var connection = await RawConnection.OpenAsync(_service.Address);
            await connection.SendAsync(
                $"GET /support/api/deliveries/{message.LogId()} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                + string.Concat(tokens.Select(token => $"Authorization: Bearer {token}\r\n")) + "\r\n");
            Assert.That((await connection.ReadAnswerAsync())?.Status, Is.EqualTo(404));
        }
    }

    private async Task<(int Status, JObject Json)> DeliveryAsync(string id)
    {
        var answer = await _service.SendAsync(Request(HttpMethod.Get, "/support/api/deliveries/" + id));
        return (answer.Status, answer.Json);
    }

    private async Task<(int Status, JObject Json)> DocumentAsync(string source, string id, bool posted)
    {
        using var request = posted
            ? Request(HttpMethod.Post, "/support/api/documents") : Request(HttpMethod.Get, $"/support/api/documents/{source}/{id}");
        request.Content = posted ? new StringContent(new JObject { ["source"] = source, ["documentId"] = id }.ToString()) : null;
        var answer = await _service.SendAsync(request);
        return (answer.Status, answer.Json);
    }

    private static HttpRequestMessage Request(HttpMethod method, string path) => new(method, path)
    {
        Headers = { Authorization = new AuthenticationHeaderValue("Bearer", Restricted) },
    };
}
