using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Redox.Media.Core.Parsing;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Hosting;

/// <summary>One client's uploads do not take the budget of other callers.</summary>
[TestFixture, Category("Database")]
[NonParallelizable]
public sealed class UnfairClientTests
{
    private const string Token = "test-unfair-client-001";

    /// <summary>The largest body: 60 MiB with its envelope.</summary>
    private const long Declared = 62_914_560;

    private const int BytesPerSecond = 9 * 1024;

    private static readonly TimeSpan InTime = TimeSpan.FromSeconds(2);

    [TestCase(false)]
    [TestCase(true)]
    public async Task Four_slow_uploads_of_a_client_do_not_delay_an_event_of_the_engine(bool hasScope)
    {
        await using var service = await StartAsync(hasScope);
        using var uploads = await SlowUploads.StartAsync(service, count: 4, Declared, firstBytes: BytesPerSecond);
        if (hasScope)
        {
            await uploads.AreReadAsync(1);
        }
        else
        {
            await Task.WhenAll(Enumerable.Range(0, 4).Select(uploads.ReadStatusAsync));
        }

        for (var i = 0; i < 3; i++)
        {
            var message = Message.New(Message.NewSource(), Message.NewDocumentId()).WithContent(new string('c', 90_000));
            await IsAnsweredAsync(() => service.DeliverAsync(message), "created");
        }
    }

    [Test]
    public async Task Many_unfinished_small_bodies_of_a_client_do_not_delay_a_query_of_the_engine()
    {
        await using var service = await StartAsync(hasScope: true);
        using var uploads = await SlowUploads.StartAsync(service, count: 256, IntakeBudget.SmallBodyBytes, firstBytes: 60_000);
        var budget = service.Services.GetRequiredService<IntakeBudget>();
        await Eventually.IsTrueAsync(
            "all that may be read is read", () => Task.FromResult(budget.Waiting > 0 || budget.InUse >= 256 * IntakeBudget.SmallBodyBytes),
            TimeSpan.FromSeconds(20));

        await IsAnsweredAsync(() => service.DeliverAsync(Message.Query("x")), outcome: null);
    }

    [Test]
    public async Task A_client_without_scopes_is_answered_403_before_its_body_is_read()
    {
        await using var service = await StartAsync(hasScope: false);
        using var uploads = await SlowUploads.StartAsync(service, count: 1, Declared, firstBytes: 0);

        Assert.That(await uploads.ReadStatusAsync(0), Is.EqualTo(403));
        Assert.That(service.Services.GetRequiredService<IntakeBudget>().InUse, Is.Zero);
    }

    [Test]
    public async Task The_uploads_of_one_client_do_not_delay_those_of_another()
    {
        await using var service = await StartAsync(hasScope: true);
        using var uploads = await SlowUploads.StartAsync(service, count: 8, Declared, firstBytes: BytesPerSecond);
        await uploads.AreReadAsync(1);

        var message = Message.New("other", Message.NewDocumentId()).WithContent(new string('c', 4_000_000));
        await IsAnsweredAsync(() => service.SendAsync(SlowUploads.Post(message, "test-fair-client-00001")), "created");
    }

    private static async Task IsAnsweredAsync(Func<Task<Answer>> send, string? outcome)
    {
        var clock = Stopwatch.StartNew();
        var answer = await send();
        Assert.That((answer.Status, clock.Elapsed < InTime), Is.EqualTo((200, true)), $"after {clock.Elapsed}: {answer.Text}");
        if (outcome is not null)
        {
            Assert.That(answer.Outcome, Is.EqualTo(outcome));
        }
    }

    private static Task<RunningService> StartAsync(bool hasScope) => RunningService.StartAsync(settings: new Dictionary<string, string?>
    {
        ["Clients:0:Id"] = "unfair-app",
        ["Clients:0:Secret"] = Token,
        ["Clients:0:SourceId"] = "unfair",
        [hasScope ? "Clients:0:Scopes:0" : "Clients:0:VisibleSources:0"] = hasScope ? "system/Media.cruds" : "unfair",
        ["Clients:1:Id"] = "fair-app",
        ["Clients:1:Secret"] = "test-fair-client-00001",
        ["Clients:1:SourceId"] = "other",
        ["Clients:1:Scopes:0"] = "system/Media.cruds",
    });

    /// <summary>Connections of the unfair client, each in the middle of a body that arrives at 9 KB a second.</summary>
    private sealed class SlowUploads : IDisposable
    {
        private readonly RunningService _service;
        private readonly List<RawConnection> _connections = [];
        private readonly CancellationTokenSource _end = new();

        private SlowUploads(RunningService service) => _service = service;

        public static HttpRequestMessage Post(Newtonsoft.Json.Linq.JObject message, string token) => new(HttpMethod.Post, "/")
        {
            Content = new StringContent(message.ToString(Newtonsoft.Json.Formatting.None), Encoding.UTF8, "application/json"),
            Headers = { { "Authorization", "Bearer " + token } },
        };

        public static async Task<SlowUploads> StartAsync(RunningService service, int count, long length, int firstBytes)
        {
            var uploads = new SlowUploads(service);
            var begin = Encoding.ASCII.GetBytes("{\"Media\":{\"FileContents\":\"" + new string('A', Math.Max(0, firstBytes - 26)));
            for (var i = 0; i < count; i++)
            {
                var connection = await RawConnection.OpenAsync(service.Address);
                uploads._connections.Add(connection);
                await connection.SendAsync(
                    $"POST / HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {Token}\r\nContent-Length: {length}\r\n\r\n");
                await connection.SendAsync(begin.AsMemory(0, firstBytes));
            }

            _ = uploads.ContinueAsync(uploads._end.Token);
            return uploads;
        }

        /// <summary>Waits until at least this much of the budget is in use.</summary>
        public Task<TimeSpan> AreReadAsync(long bytes) => Eventually.IsTrueAsync(
            "the bodies are being read",
            () => Task.FromResult(_service.Services.GetRequiredService<IntakeBudget>().InUse >= bytes),
            TimeSpan.FromSeconds(20));

        public async Task<int?> ReadStatusAsync(int number) => (await _connections[number].ReadAnswerAsync())?.Status;

        public void Dispose()
        {
            _end.Cancel();
            _connections.ForEach(connection => connection.Dispose());
            _end.Dispose();
        }

        private async Task ContinueAsync(CancellationToken end)
        {
            var piece = Encoding.ASCII.GetBytes(new string('A', BytesPerSecond / 10));
            try
            {
                using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
                while (_connections.Count < 100 && await timer.WaitForNextTickAsync(end))
                {
                    foreach (var connection in _connections)
                    {
                        await connection.SendAsync(piece);
                    }
                }
            }
            catch (Exception exception)
                when (exception is OperationCanceledException or System.Net.Sockets.SocketException or ObjectDisposedException)
            {
                // Answered and closed, or the test is over.
            }
        }
    }
}
