using NUnit.Framework;
using Redox.Media.Api.Outbound;
using Redox.Media.Tests.Support;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;

namespace Redox.Media.Tests.Api.Outbound;

/// <summary>What fails is named, is tried again where that may help, and does not stop the requests to other hosts.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class OutboundFailureTests
{
    private readonly RemoteHost _host = new();

    [OneTimeTearDown]
    public void Stop() => _host.Dispose();

    [Test]
    public async Task A_certificate_of_another_host_or_of_an_unknown_authority_is_refused()
    {
        await using var service = new OutboundService(_host, ("PrivateHosts:3", $"other.example:{_host.Port}"));
        Assert.That(service.FailureOf(_host.Url("/tls", "other.example")).Failure, Is.EqualTo(OutboundFailure.TlsFailed));
        await using var untrusting = new OutboundService(_host, ("TrustedCertificates", null));
        Assert.That(untrusting.FailureOf(_host.Url("/tls")).Failure, Is.EqualTo(OutboundFailure.TlsFailed));
        Assert.That(_host.Count("/tls"), Is.Zero);
    }

    [Test]
    public async Task A_name_that_is_unknown_and_a_port_that_is_closed_are_told_apart()
    {
        await using var service = new OutboundService(_host, ("PrivateHosts:3", "closed.example"));
        service.Resolver.Answer("unknown.example", "");
        Assert.That(service.FailureOf(_host.Url("/", "unknown.example")).Failure, Is.EqualTo(OutboundFailure.NameNotResolved));
        Assert.That(service.FailureOf(new Uri("https://closed.example:1/")).Failure, Is.EqualTo(OutboundFailure.ConnectFailed));
    }

    [TestCase(404)]
    [TestCase(401)]
    [TestCase(410)]
    public async Task A_status_that_will_not_change_is_not_tried_again(int status)
    {
        var path = $"/status-{status}";
        _host.Server.Given(Request.Create().WithPath(path)).RespondWith(Response.Create().WithStatusCode(status));
        await using var service = new OutboundService(_host);
        var failed = service.FailureOf(_host.Url(path));
        Assert.That((failed.Failure, failed.Status), Is.EqualTo((OutboundFailure.Status, (int?)status)));
        Assert.That(_host.Count(path), Is.EqualTo(1));
    }

    [TestCase(206)]
    [TestCase(304)]
    [TestCase(416)]
    public async Task Responses_to_conditions_and_ranges_are_passed_on(int status)
    {
        _host.Server.Given(Request.Create().WithPath($"/passed-{status}")).RespondWith(Response.Create().WithStatusCode(status));
        await using var service = new OutboundService(_host);
        using var response = await service.Client.GetAsync(_host.Url($"/passed-{status}"), null, default);
        Assert.That((int)response.StatusCode, Is.EqualTo(status));
    }

    [Test]
    public async Task A_transient_failure_is_tried_again()
    {
        _host.Server.Given(Request.Create().WithPath("/again")).InScenario("again").WillSetStateTo("up")
            .RespondWith(Response.Create().WithStatusCode(503));
        _host.Server.Given(Request.Create().WithPath("/again")).InScenario("again").WhenStateIs("up")
            .RespondWith(Response.Create().WithBody("content"));
        await using var service = new OutboundService(_host);
        Assert.That(await service.GetAsync(_host.Url("/again")), Is.EqualTo("content"));
    }

    [Test]
    public async Task A_host_that_wants_a_long_time_is_left_alone_and_the_caller_gets_to_know()
    {
        _host.Server.Given(Request.Create().WithPath("/later"))
            .RespondWith(Response.Create().WithStatusCode(429).WithHeader("Retry-After", "3600"));
        await using var service = new OutboundService(_host);
        var failed = service.FailureOf(_host.Url("/later"));
        Assert.That((failed.Status, failed.RetryAfter), Is.EqualTo(((int?)429, (TimeSpan?)TimeSpan.FromHours(1))));
        Assert.That(_host.Count("/later"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_header_that_comes_too_late_is_a_timeout()
    {
        _host.Server.Given(Request.Create().WithPath("/slow")).RespondWith(Response.Create().WithDelay(TimeSpan.FromSeconds(20)));
        await using var service = new OutboundService(_host, ("Timeout", "00:00:01")); // of the fast timers: 50 ms
        Assert.That(service.FailureOf(_host.Url("/slow")).Failure, Is.EqualTo(OutboundFailure.Timeout));
    }

    [Test]
    public async Task A_header_that_is_too_long_is_refused()
    {
        _host.Server.Given(Request.Create().WithPath("/long"))
            .RespondWith(Response.Create().WithHeader("X-Long", new string('a', 20_000)));
        await using var service = new OutboundService(_host);
        Assert.That(service.FailureOf(_host.Url("/long")).Failure, Is.EqualTo(OutboundFailure.ConnectionLost));
    }

    [Test]
    public async Task The_circuit_of_a_host_opens_and_closes_by_itself_and_for_that_host_alone()
    {
        using var host = new RemoteHost();
        host.Server.Given(Request.Create().WithHeader("Host", $"files.example:{host.Port}")).AtPriority(1)
            .RespondWith(Response.Create().WithStatusCode(500));
        host.Server.Given(Request.Create().WithPath("/file")).AtPriority(2).RespondWith(Response.Create().WithBody("content"));
        await using var service = new OutboundService(host);
        Assert.That(service.FailureOf(host.Url("/file", "files.example")).Failure, Is.EqualTo(OutboundFailure.Status));
        Assert.That(service.FailureOf(host.Url("/file", "files.example")).Failure, Is.AnyOf(OutboundFailure.Status, OutboundFailure.CircuitOpen));
        Assert.That(service.FailureOf(host.Url("/file", "files.example")).Failure, Is.EqualTo(OutboundFailure.CircuitOpen));
        Assert.That(host.Server.LogEntries, Has.Count.EqualTo(6));
        Assert.That(await service.GetAsync(host.Url("/file", "keys.example")), Is.EqualTo("content"));

        host.Server.ResetMappings();
        host.Server.Given(Request.Create().WithPath("/file")).RespondWith(Response.Create().WithBody("content"));
        Assert.That(service.FailureOf(host.Url("/file", "files.example")).Failure, Is.EqualTo(OutboundFailure.CircuitOpen));
        service.Time.Now += OutboundPipeline.BreakTime;
        Assert.That(await service.GetAsync(host.Url("/file", "files.example")), Is.EqualTo("content"));
    }

    [Test]
    public async Task The_caller_can_stop_waiting()
    {
        _host.Server.Given(Request.Create().WithPath("/stopped")).RespondWith(Response.Create().WithDelay(TimeSpan.FromSeconds(20)));
        await using var service = new OutboundService(_host);
        using var stopped = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        Assert.That(
            () => service.Client.GetAsync(_host.Url("/stopped"), null, stopped.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task A_failure_names_neither_the_URL_nor_what_was_sent()
    {
        _host.Server.Given(Request.Create().WithPath("/canary"))
            .RespondWith(Response.Create().WithStatusCode(404).WithHeader("X-A", "canary").WithBody("canary"));
        await using var service = new OutboundService(_host);
        Assert.That(service.FailureOf(_host.Url("/canary?canary=canary")).ToString(), Does.Not.Contain("canary").And.Not.Contain("localhost"));
    }
}
