using System.Net.Http.Headers;
using Newtonsoft.Json.Linq;
using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Support;

/// <summary>A service with a database of its own and staff of several roles, and requests about set-aside deliveries.</summary>
internal sealed class SetAsideService : IAsyncDisposable
{
    public const string Operator = "an-operators-token-01", Restricted = "a-restricted-token-02";

    public const string Api = "/support/api/set-aside/";

    public const string Seen = "the-visible-source";

    private SetAsideService(RunningService service, string connectionString) =>
        (Service, ConnectionString) = (service, connectionString);

    public RunningService Service { get; }

    public string ConnectionString { get; }

    public static async Task<SetAsideService> StartAsync(
        TimeProvider? time = null, string? connectionString = null, params (string, string)[] settings)
    {
        var database = connectionString ?? await TestDatabase.CreateAsync();
        var all = new Dictionary<string, string?>
        {
            ["Staff:1:Name"] = "operator", ["Staff:1:Token"] = Operator, ["Staff:1:Roles:0"] = "operate", ["Staff:1:Roles:1"] = "trace",
            ["Staff:2:Name"] = "restricted", ["Staff:2:Token"] = Restricted, ["Staff:2:Roles:0"] = "operate", ["Staff:2:Roles:1"] = "trace",
            ["Staff:2:Sources:0"] = Seen,
            ["SetAside:JobDeliveriesPerSecond"] = "1000",
        };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        return new SetAsideService(await RunningService.StartAsync(database, all, time), database);
    }

    public ValueTask DisposeAsync() => Service.DisposeAsync();

    /// <summary>A document of one patient, and an event of another for it, which is set aside. Returns the delivery of that.</summary>
    public async Task<Guid> OtherPatientAsync(
        string source, string? documentId = null, DateTimeOffset? at = null, Func<JObject, JObject>? change = null)
    {
        documentId ??= Message.NewDocumentId();
        await Service.DeliverAsync(Message.New(source, documentId, at?.AddHours(-1)));
        var message = Message.New(source, documentId, at, "of another patient", "PT-2");
        var answer = await Service.DeliverAsync(change?.Invoke(message) ?? message);
        Assert.That(answer.Outcome, Is.EqualTo("set-aside"), answer.Text);
        return answer.DeliveryId();
    }

    /// <summary>An event that breaks its schema.</summary>
    public async Task<Guid> InvalidAsync(string source, string missing = "Media.FileType")
    {
        var answer = await Service.DeliverAsync(Message.New(source, Message.NewDocumentId()).Without(missing));
        Assert.That(answer.Outcome, Is.EqualTo("set-aside"), answer.Text);
        return answer.DeliveryId();
    }

    public Task<Answer> GetAsync(string path, string token = Operator) => SendAsync(HttpMethod.Get, path, null, token);

    public Task<Answer> PostAsync(string path, JObject? body, string token = Operator) => SendAsync(HttpMethod.Post, path, body, token);

    /// <summary>The groups of a source.</summary>
    public async Task<List<JToken>> GroupsAsync(string source, string query = "", string token = Operator)
    {
        var answer = await GetAsync(Api + "groups" + query, token);
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return [.. answer.Json["groups"]!.Where(group => (string?)group["source"] == source)];
    }

    public async Task<JToken> TheGroupAsync(string source, string query = "") => (await GroupsAsync(source, query)).Single();

    /// <summary>Asks for a job and waits until it has ended; returns its page.</summary>
    public async Task<JObject> RunAsync(JObject request, string token = Operator)
    {
        request["reason"] ??= "ticket 4711";
        var answer = await PostAsync(Api + "jobs", request, token);
        Assert.That(answer.Status, Is.EqualTo(202), answer.Text);
        return await EndAsync(answer.Headers.Location!.ToString());
    }

    public async Task<JObject> EndAsync(string address)
    {
        JObject page = [];
        await Eventually.IsTrueAsync(
            "the job has ended",
            async () =>
            {
                page = (await GetAsync(address)).Json;
                return page["job"]!["endedAt"]!.Type != JTokenType.Null;
            },
            TimeSpan.FromSeconds(40));
        return page;
    }

    public static JObject Job(string act, long count, params Guid[] deliveries) => new()
    {
        ["act"] = act, ["count"] = count, ["reason"] = "ticket 4711",
        ["deliveries"] = new JArray(deliveries.Select(id => id.ToString())),
    };

    public static JObject JobOf(string act, long count, JToken group) => new()
    {
        ["act"] = act, ["count"] = count, ["reason"] = "ticket 4711", ["group"] = group["id"],
    };

    /// <summary>A job, as numbers.</summary>
    public static (string? State, int Done, int Failed, int Remaining) Progress(JToken job) =>
        ((string?)job["state"], (int)job["done"]!, (int)job["failed"]!, (int)job["remaining"]!);

    private Task<Answer> SendAsync(HttpMethod method, string path, JObject? body, string token) =>
        Service.SendAsync(new HttpRequestMessage(method, path)
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
            Content = body is null ? null : new StringContent(body.ToString()),
        });
}
