using System.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using NUnit.Framework;
using Redox.Media.Tests.Api.Fhir;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Support;

/// <summary>How long the stages of a delivery took, in its look-up.</summary>
[TestFixture, Category("Database")]
[Parallelizable(ParallelScope.All)]
public sealed class StageDurationTests
{
    private static readonly string[] Stages = ["receiveMilliseconds", "validateMilliseconds", "waitMilliseconds"];

    [TestCase("created")]
    [TestCase("set-aside")]
    [TestCase("answered")]
    [TestCase("answered by patient")]
    public async Task The_look_up_of_a_message_says_how_long_its_stages_took(string kind)
    {
        var service = await SharedService.GetAsync();
        var (log, begun) = (Guid.NewGuid().ToString(), TimeProvider.System.GetTimestamp());
        var answer = await service.DeliverAsync((kind switch
        {
            "answered" => Message.Query(Message.NewDocumentId()),
            "answered by patient" => Message.Query().With(
                "Patients", new JArray(new JObject { ["Identifiers"] = new JArray(new JObject { ["ID"] = "none", ["IDType"] = "MR" }) })),
            "set-aside" => Message.New(Message.NewSource(), Message.NewDocumentId()).Without("Media.FileType"),
            _ => Message.New(Message.NewSource(), Message.NewDocumentId()),
        }).WithLog(log));
        var taken = TimeProvider.System.GetElapsedTime(begun).TotalMilliseconds;

        var trace = await service.TraceDeliveryAsync(log);

        Assert.That((string?)trace["outcome"], Is.EqualTo(kind.Split(' ')[0]), answer.Text);
        var durations = Stages.Select(stage => (double?)trace[stage]).ToList();
        Assert.That(durations, Is.All.GreaterThan(0));
        Assert.That(durations.Sum(), Is.LessThan(taken));
    }

    [Test]
    public async Task Deliveries_that_are_written_together_have_durations_of_their_own()
    {
        var service = await SharedService.GetAsync();
        string[] logs = [.. Enumerable.Range(0, 40).Select(_ => Guid.NewGuid().ToString())];
        await Task.WhenAll(logs.Select(log =>
            service.DeliverAsync(Message.New(Message.NewSource(), Message.NewDocumentId()).WithLog(log))));

        var waits = new List<double?>();
        foreach (var log in logs)
        {
            waits.Add((double?)(await service.TraceDeliveryAsync(log))["waitMilliseconds"]);
        }

        Assert.That(waits, Is.All.GreaterThan(0));
        Assert.That(waits.Distinct().Count(), Is.GreaterThan(1));
    }

    [Test]
    public async Task A_body_that_arrives_slowly_counts_as_receiving()
    {
        var time = new JumpingTime();
        await using var service = await RunningService.StartAsync(
            time: time, settings: new Dictionary<string, string?> { ["Intake:BodyTimeout"] = JumpingTime.BodyTimeout.ToString() });
        var message = Message.New(Message.NewSource(), Message.NewDocumentId());
        var body = Encoding.UTF8.GetBytes(message.ToString(Formatting.None));
        using var connection = await RawConnection.OpenAsync(service.Address);
        await connection.SendAsync(RawConnection.Head(body.Length));
        await Eventually.IsTrueAsync("the body is awaited", () => Task.FromResult(time.IsBodyAwaited), TimeSpan.FromSeconds(20));
        time.Jump(TimeSpan.FromSeconds(3));
        await connection.SendAsync(body);
        Assert.That((await connection.ReadAnswerAsync())?.Status, Is.EqualTo(200));

        var trace = await service.TraceDeliveryAsync(message.LogId());

        Assert.That((double)trace["receiveMilliseconds"]!, Is.GreaterThan(3_000));
        Assert.That((double)trace["validateMilliseconds"]! + (double)trace["waitMilliseconds"]!, Is.LessThan(3_000));
    }

    [Test]
    public async Task A_FHIR_request_without_a_body_has_only_waited()
    {
        await using var fhir = await FhirService.StartAsync();
        var run = Guid.NewGuid().ToString();
        var created = await fhir.CreateAsync(FhirService.Media(), ("X-Correlation-Id", "c-" + run));
        await fhir.GetAsync("/Media/" + created.Id, ("X-Correlation-Id", "r-" + run));
        await fhir.GetAsync("/Media?patient=" + FhirService.NewPatient(), ("X-Correlation-Id", "s-" + run));

        var create = await fhir.Service.TraceDeliveryAsync("c-" + run);
        var read = await fhir.Service.TraceDeliveryAsync("r-" + run);
        var search = await fhir.Service.TraceDeliveryAsync("s-" + run);

        Assert.That(Stages.Select(stage => (double?)create[stage]), Is.All.GreaterThan(0));
        foreach (var trace in new[] { read, search })
        {
            Assert.That(Stages[..2].Select(stage => (double?)trace[stage]), Is.All.Null);
            Assert.That((double?)trace[Stages[2]], Is.GreaterThan(0));
        }
    }

    private sealed class JumpingTime : TimeProvider
    {
        public static readonly TimeSpan BodyTimeout = TimeSpan.FromSeconds(127);

        private long _ahead;

        public bool IsBodyAwaited { get; private set; }

        public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _ahead);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            IsBodyAwaited |= dueTime > BodyTimeout - TimeSpan.FromSeconds(1) && dueTime < BodyTimeout + TimeSpan.FromSeconds(2);
            return base.CreateTimer(callback, state, dueTime, period);
        }

        public void Jump(TimeSpan by) => Interlocked.Add(ref _ahead, (long)(by.TotalSeconds * TimestampFrequency));
    }
}
