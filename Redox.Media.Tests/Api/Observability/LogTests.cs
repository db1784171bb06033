using System.Text;
using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Core.Deliveries;
using Redox.Media.Tests.Api.Fhir;
using Redox.Media.Tests.Core.Validation;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Observability;

/// <summary>The log has the outcome of each delivery and never its content, even at the most verbose level.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class LogTests
{
    [Test]
    public async Task One_line_has_the_delivery_its_log_ID_its_outcome_sizes_and_duration()
    {
        await using var service = await RunningService.StartAsync();
        var message = Message.New(Message.NewSource(), Message.NewDocumentId(), content: "12345");
        var body = Encoding.UTF8.GetBytes(message.ToString());
        var answer = await service.DeliverAsync(body);

        var line = await LineAsync(service, answer.DeliveryId().ToString());
        foreach (var field in new[]
        {
            $"DeliveryId={answer.DeliveryId()}", $"LogId={message.LogId()}", "Caller=engine", "EventName=New", "Outcome=created",
                "Violations=0",
            $"BodyBytes={body.Length}", "ContentBytes=5", "Milliseconds=",
        })
        {
            Assert.That(line, Does.Contain(field));
        }
    }

    [Test]
    public async Task No_value_of_a_message_is_ever_logged()
    {
        await using var service = await RunningService.StartAsync(settings: new Dictionary<string, string?>
        {
            ["Logging:LogLevel:Default"] = "Trace",
            ["Logging:LogLevel:Microsoft"] = "Trace",
            ["Logging:LogLevel:Npgsql"] = "Trace",
        });
        foreach (var message in Messages())
        {
            await service.DeliverAsync(Encoding.UTF8.GetBytes(message.ToString()));
            await service.DeliverAsync(Encoding.UTF8.GetBytes(message.ToString()[..^20]));
            await service.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent(message.ToString()) });
        }

        var challenge = new JObject { ["challenge"] = Canaries.Next(), ["verification-token"] = Canaries.Next() };
        await service.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent(challenge.ToString()) });

        Assert.That(service.Logs.Entries, Has.Count.GreaterThan(20));
        Assert.That(service.Logs.Entries.Where(entry => entry.Contains(Canaries.Mark, StringComparison.OrdinalIgnoreCase)), Is.Empty);
        Assert.That(service.Logs.Entries.Where(entry => entry.Contains(Canaries.InBase64, StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task A_client_at_the_FHIR_API_is_logged_as_authenticated()
    {
        await using var fhir = await FhirService.StartAsync();
        Assert.That((await fhir.GetAsync("/Media?_count=1")).Status, Is.EqualTo(200));
        Assert.That(fhir.Service.Logs.Entries, Has.None.Contain("not authenticated"));

        await fhir.GetAsync("/Media?_count=1", ("Authorization", "Bearer wrong-token-of-nobody"));
        Assert.That(fhir.Service.Logs.Entries, Has.Some.Contain("not authenticated"));
    }

    [Test]
    public async Task No_token_is_ever_logged()
    {
        await using var service = await RunningService.StartAsync();
        await service.DeliverAsync(Message.Query("x"));
        await service.AskSupportAsync("/support/api/deliveries/x");
        await service.SendAsync(new HttpRequestMessage(HttpMethod.Get, $"/?challenge=c&verification-token={RunningService.EngineToken}"));
        await service.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/?challenge=c&verification-token=wrong-but-secret"));

        foreach (var token in new[] { RunningService.EngineToken, RunningService.StaffToken, "wrong-but-secret" })
        {
            Assert.That(service.Logs.Entries.Where(entry => entry.Contains(token, StringComparison.Ordinal)), Is.Empty);
        }
    }

    private static IEnumerable<JObject> Messages()
    {
        var source = Message.NewSource();
        yield return All(Message.New(source, Canaries.Next()));
        yield return All(Message.Replace(source, Canaries.Next(), Canaries.Next()));
        yield return All(Message.Delete(source, Canaries.Next()));
        yield return All(Message.New(Canaries.Next(), Canaries.Next())).With("Meta.EventType", Canaries.Next());
        yield return All(Message.New(source, Canaries.Next())).With("Meta.DataModel", Canaries.Next());
        yield return All(Message.New(source, Canaries.Next())).With("Media.Provider", Canaries.Next());
        yield return All(Message.New(source, Canaries.Next())).With("Media.FileContents", Canaries.Mark + "!");
        yield return Message.Query(Canaries.Next()).With("VisitNumbers", new JArray(Canaries.Next())).WithLog(
            Canaries.Next(), Canaries.Next());
        yield return Message.Query().With("VisitNumbers", Canaries.Next()).WithLog(Canaries.Next() + "\r\n", Canaries.Next());
    }

    private static JObject All(JObject message) => Canaries.Everywhere(message).WithLog(Canaries.Next(), Canaries.Next())
        .With("Meta.EventDateTime", Canaries.Next()).With("Meta.Message.ID", Canaries.Next());

    // The response is sent before the line is written.
    private static async Task<string> LineAsync(RunningService service, string text)
    {
        string? line = null;
        await Eventually.IsTrueAsync(
            "the delivery is logged",
            () => Task.FromResult((line = service.Logs.Entries.FirstOrDefault(IsOfDelivery)) is not null),
            TimeSpan.FromSeconds(30));
        return line!;

        bool IsOfDelivery(string entry) =>
            entry.Contains(text, StringComparison.Ordinal) && entry.Contains("[1001]", StringComparison.Ordinal);
    }
}
