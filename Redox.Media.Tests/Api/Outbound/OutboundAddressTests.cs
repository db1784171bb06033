using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using NUnit.Framework;
using Redox.Media.Api.Outbound;
using Redox.Media.Tests.Support;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;

namespace Redox.Media.Tests.Api.Outbound;

/// <summary>No URL, name or redirect leads a request to an address that is not allowed.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class OutboundAddressTests
{
    private readonly RemoteHost _host = new();

    [OneTimeSetUp]
    public void Answer() => _host.Server.Given(Request.Create().WithPath("/file")).RespondWith(Response.Create().WithBody("content"));

    [OneTimeTearDown]
    public void Stop() => _host.Dispose();

    [Test]
    public async Task An_allowed_host_is_reached_by_the_address_that_was_checked_and_known_by_its_name()
    {
        await using var service = new OutboundService(_host);
        Assert.That(await service.GetAsync(_host.Url("/file", "files.example")), Is.EqualTo("content"));
        Assert.That(service.Resolver.Calls, Is.EqualTo(1));
    }

    [Test]
    public async Task A_name_that_leads_elsewhere_on_the_next_connection_is_checked_again()
    {
        await using var service = new OutboundService(_host);
        service.Resolver.Answer("files.example", "127.0.0.1", "169.254.169.254");
        using (var first = await service.Client.GetAsync(
            _host.Url("/file", "files.example"), request => request.Headers.ConnectionClose = true, default))
        {
            Assert.That(await first.Content.ReadAsStringAsync(), Is.EqualTo("content"));
        }

        Assert.That(service.FailureOf(_host.Url("/file", "files.example")).Failure, Is.EqualTo(OutboundFailure.AddressNotAllowed));
        Assert.That(service.Resolver.Calls, Is.EqualTo(2), "it is not tried again");
    }

    // One test for all: each row costs a few milliseconds.
    [Test]
    public async Task Addresses_that_are_not_allowed_are_not_connected_to()
    {
        await using var service = new OutboundService(_host);
        foreach (var (host, answer) in new[]
        {
            ("public.example", "127.0.0.1"), ("public.example", "10.0.0.1"), ("public.example", "::1"), ("public.example", "fd00::1"),
            ("public.example", "::ffff:127.0.0.1"), ("public.example", "100.64.0.1"), ("public.example", "93.184.216.34 127.0.0.1"),
            ("public.example", "127.0.0.1 93.184.216.34"), ("files.example", "169.254.169.254"), ("files.example", "127.0.0.1 fe80::1"),
            ("files.example", "fd00:ec2::254"), ("files.example", "0.0.0.0"), ("files.example", "224.0.0.1"),
            ("files.example", "::ffff:169.254.169.254"),
        })
        {
            service.Resolver.Answer(host, answer);
            Assert.That(
                service.FailureOf(_host.Url("/never", host)).Failure, Is.EqualTo(OutboundFailure.AddressNotAllowed), $"{host} {answer}");
        }

        foreach (var literal in new[] { "127.0.0.1", "[::1]", "2130706433", "0x7f.1", "169.254.169.254", "[::ffff:10.0.0.1]", "0" })
        {
            Assert.That(
                service.FailureOf(_host.Url("/never", literal)).Failure, Is.EqualTo(OutboundFailure.AddressNotAllowed), literal);
        }

        Assert.That(_host.Count("/never"), Is.Zero);
    }

    [Test]
    public async Task A_private_host_is_allowed_on_its_port_alone()
    {
        await using var service = new OutboundService(_host);
        Assert.That(
            service.FailureOf(new Uri($"https://files.example:{_host.Port + 1}/file")).Failure,
            Is.EqualTo(OutboundFailure.AddressNotAllowed));
    }

    [TestCase("http://files.example/file")]
    [TestCase("ftp://files.example/file")]
    [TestCase("file:///etc/passwd")]
    [TestCase("https://user:secret@files.example/file")]
    public async Task Only_https_without_a_user_name_is_requested(string url)
    {
        await using var service = new OutboundService(_host);
        Assert.That(service.FailureOf(new Uri(url)).Failure, Is.EqualTo(OutboundFailure.InvalidUrl));
        Assert.That(service.Resolver.Calls, Is.Zero);
    }

    [Test]
    public async Task Redirects_are_not_followed()
    {
        await using var service = new OutboundService(_host);
        foreach (var status in new[] { 300, 301, 302, 303, 307, 308 })
        {
            var path = $"/redirect-{status}";
            _host.Server.Given(Request.Create().WithPath(path)).RespondWith(
                Response.Create().WithStatusCode(status).WithHeader("Location", _host.Url("/redirected").ToString()));
            var refused = service.FailureOf(_host.Url(path));
            Assert.That((refused.Failure, refused.Status), Is.EqualTo((OutboundFailure.RedirectRefused, (int?)status)));
        }

        Assert.That(_host.Count("/redirected"), Is.Zero);
    }

    // A server of ours would download them itself: the certificate is shown to the parts that judge it.
    [Test]
    public async Task Addresses_in_a_certificate_are_not_requested()
    {
        await using var service = new OutboundService(_host);
        await using var issuers = await ListeningServer.StartAsync();
        using var certificate = RemoteHost.CertificateWith(issuers.Address);
        using var handler = service.Connector.CreateHandler();
        using var chain = new X509Chain { ChainPolicy = handler.SslOptions.CertificateChainPolicy!.Clone() };
        var validate = handler.SslOptions.RemoteCertificateValidationCallback!;
        Assert.That(chain.Build(certificate), Is.False);
        Assert.That(validate(this, certificate, chain, SslPolicyErrors.RemoteCertificateChainErrors), Is.True);
        Assert.That(validate(this, certificate, chain, SslPolicyErrors.RemoteCertificateNameMismatch), Is.False);
        Assert.That(issuers.Connections, Is.Zero);
        chain.ChainPolicy.DisableCertificateDownloads = false;
        chain.Build(certificate);
        Assert.That(issuers.Connections, Is.GreaterThan(0), "as it would be by default");
    }

    [Test]
    public async Task No_cookies_are_kept_and_no_trace_is_passed_on()
    {
        _host.Server.Given(Request.Create().WithPath("/cookie")).RespondWith(Response.Create().WithHeader("Set-Cookie", "a=b"));
        await using var service = new OutboundService(_host);
        using var activity = new System.Diagnostics.Activity("test").Start();
        await service.GetAsync(_host.Url("/cookie"));
        await service.GetAsync(_host.Url("/cookie"));
        var sent = _host.Server.LogEntries.Where(entry => entry.RequestMessage!.Path == "/cookie").Select(entry => entry.RequestMessage!);
        Assert.That(sent.SelectMany(request => request.Headers!.Keys), Is.EquivalentTo(new[] { "Host", "User-Agent", "Host", "User-Agent" }));
    }
}
