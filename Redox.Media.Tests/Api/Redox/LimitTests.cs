using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Parsing;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Redox;

/// <summary>Limits of one body and of all bodies in flight.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class LimitTests
{
    private static readonly Dictionary<string, string?> SmallBodies = new() { ["Intake:MaxBodyBytes"] = "100000" };

    private static readonly Dictionary<string, string?> SmallBudget = new()
    {
        ["Intake:MemoryBudgetBytes"] = "1048576",
        ["Intake:MaxWait"] = "00:00:00",
    };

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_body_over_the_limit_is_rejected_and_leaves_a_row(bool isChunked)
    {
        await using var service = await RunningService.StartAsync(settings: SmallBodies);
        var answer = await service.SendAsync(Post(new byte[5_000_000], isChunked));

        Assert.That(answer.Status, Is.EqualTo(413), answer.Text);
        Assert.That(answer.Outcome, Is.EqualTo("too-large"));
        var trace = await service.TraceDeliveryAsync(answer.DeliveryId().ToString());
        Assert.That((string?)trace["outcome"], Is.EqualTo("too-large"));
        Assert.That((long)trace["bodyBytes"]!, isChunked ? Is.GreaterThan(100_000) : Is.EqualTo(5_000_000));
    }

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    [Test]
    public async Task A_body_of_exactly_the_limit_is_accepted()
    {
        await using var service = await RunningService.StartAsync(settings: SmallBodies);
        var message = Message.New(Message.NewSource(), Message.NewDocumentId()).ToString();
        var body = Encoding.UTF8.GetBytes(message.PadRight(100_000));

        Assert.That((await service.DeliverAsync(body)).Status, Is.EqualTo(200));
        Assert.That((await service.DeliverAsync([.. body, (byte)' '])).Status, Is.EqualTo(413));
    }

    [Test]
    public async Task A_huge_Content_Length_is_rejected_without_reading_the_body()
    {
        var service = await SharedService.GetAsync();
        using var connection = await RawConnection.OpenAsync(service.Address);
        await connection.SendAsync(RawConnection.Head(long.MaxValue));

        Assert.That((await connection.ReadAnswerAsync())?.Status, Is.EqualTo(413));
    }

    [Test]
    public async Task While_the_budget_is_exhausted_other_requests_get_503()
    {
        await using var service = await RunningService.StartAsync(settings: SmallBudget);
        var budget = service.Services.GetRequiredService<IntakeBudget>();
        var message = Encoding.UTF8.GetBytes(Message.New(Message.NewSource(), Message.NewDocumentId()).ToString().PadRight(900_000));
        using var slow = await BeginAsync(service, message); // more than the engine's part, and alone in it
        await HeldAsync(budget, message.Length);
        using var second = await BeginAsync(service, message); // in the clients' part
        await HeldAsync(budget, 2 * message.Length);
        var other = Message.New(Message.NewSource(), Message.NewDocumentId()).With("Patient.Notes", new string('n', 100_000));

        var turnedAway = await UntilAsync(() => service.DeliverAsync(other), answer => answer.Status == 503);
        await slow.SendAsync(message.AsMemory(message.Length - 10));
        await second.SendAsync(message.AsMemory(message.Length - 10));
        var first = await slow.ReadAnswerAsync();
        var again = await UntilAsync(() => service.DeliverAsync(other), answer => answer.Status != 503);

        Assert.That(turnedAway.Headers.RetryAfter?.Delta, Is.GreaterThan(TimeSpan.Zero));
        Assert.That((string?)turnedAway.Json.SelectToken("Meta.Errors[0].Text"), Does.Contain("bytes are in flight"));
        Assert.That(first?.Status, Is.EqualTo(200));
        Assert.That(again.Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Uploads_that_exhaust_the_budget_delay_no_query()
    {
        await using var service = await RunningService.StartAsync(settings: SmallBudget);
        var budget = service.Services.GetRequiredService<IntakeBudget>();
        var message = Encoding.UTF8.GetBytes(Message.New(Message.NewSource(), Message.NewDocumentId()).ToString().PadRight(900_000));
        using var slow = await BeginAsync(service, message);
        await HeldAsync(budget, message.Length);
        using var second = await BeginAsync(service, message);
        await HeldAsync(budget, 2 * message.Length);

        Assert.That((await service.DeliverAsync(Message.Query("x"))).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_request_that_waits_for_the_budget_gets_it_when_it_is_free()
    {
        await using var service = await RunningService.StartAsync(
            settings: new Dictionary<string, string?>(SmallBudget) { ["Intake:MaxWait"] = "00:01:00" });
        var big = Message.New(Message.NewSource(), Message.NewDocumentId()).WithContent(new string('c', 600_000));
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => service.DeliverAsync(big.DeepClone() as Newtonsoft.Json.Linq.JObject ?? big)));

        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(200));
        Assert.That(answers.Count(answer => answer.Outcome == "created"), Is.EqualTo(1));
        Assert.That(answers.Count(answer => answer.Outcome == "duplicate"), Is.EqualTo(7));
    }

    private static HttpRequestMessage Post(byte[] body, bool isChunked) => new(HttpMethod.Post, "/")
    {
        Content = new ByteArrayContent(body),
        Headers = { TransferEncodingChunked = isChunked, Authorization = new AuthenticationHeaderValue(
            "Bearer", RunningService.EngineToken) },
    };

    private static async Task<RawConnection> BeginAsync(RunningService service, byte[] message)
    {
        var connection = await RawConnection.OpenAsync(service.Address);
        await connection.SendAsync(RawConnection.Head(message.Length));
        await connection.SendAsync(message.AsMemory(0, message.Length - 10));
        return connection;
    }

    // The other requests must not be first: they would get the budget, and the slow one would be rejected instead.
    private static async Task HeldAsync(IntakeBudget budget, long bytes) =>
        await Eventually.IsTrueAsync("the bytes are reserved", () => Task.FromResult(budget.InUse >= bytes), Longest);

    /// <summary>The slow sender's bytes may not have been reserved yet when the first query arrives.</summary>
    private static async Task<Answer> UntilAsync(Func<Task<Answer>> ask, Func<Answer, bool> condition)
    {
        using var timeout = new CancellationTokenSource(Longest);
        while (true)
        {
            var answer = await ask();
            if (condition(answer))
            {
                return answer;
            }

            timeout.Token.ThrowIfCancellationRequested();
        }
    }
}
