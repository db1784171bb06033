using System.Net;
using NUnit.Framework;
using Redox.Media.Api.Outbound;

namespace Redox.Media.Tests.Api.Outbound;

[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class PublicAddressTests
{
    private static readonly (AddressScope Scope, string Addresses)[] Table =
    [
        (AddressScope.Public, "1.1.1.1 9.255.255.255 11.0.0.0 93.184.216.34 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0"),
        (AddressScope.Public, "169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.0 192.167.255.255 192.169.0.0 223.255.255.255"),
        (AddressScope.Public, "2606:4700:4700::1111 2001:4860:4860::8888 2a00:1450:4001:81b::200e 3ffe::1"),
        (AddressScope.Public, "::ffff:1.1.1.1 64:ff9b::1.1.1.1"),
        (AddressScope.Private, "10.0.0.0 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1 192.168.255.255"),
        (AddressScope.Private, "127.0.0.1 127.1.2.3 127.255.255.255 ::1 100.64.0.1 100.127.255.255 fc00::1 fd12:3456::1 fdff:ffff::1"),
        (AddressScope.Private, "::ffff:10.0.0.1 ::ffff:127.0.0.1 64:ff9b::10.0.0.1 64:ff9b::127.0.0.1"),
        (AddressScope.Forbidden, "0.0.0.0 0.1.2.3 169.254.0.1 169.254.169.254 169.254.255.255 100.100.100.200 168.63.129.16"),
        (AddressScope.Forbidden, "192.0.0.1 192.0.0.192 192.0.2.1 192.88.99.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1"),
        (AddressScope.Forbidden, "224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255"),
        (AddressScope.Forbidden, ":: ::2 ::10.0.0.1 ::1.1.1.1 fe80::1 fe80::1%1 febf::1 fec0::1 ff02::1 ff0e::1 fd00:ec2::254 fd20:ce::254"),
        (AddressScope.Forbidden, "2001::1 2001:0:5ef5:79fd::1 2001:2::1 2001:10::1 2001:db8::1 2002:a00:1::1 2002:101:101::1 3fff::1 100::1"),
        (AddressScope.Forbidden, "::ffff:169.254.169.254 ::ffff:0.0.0.0 64:ff9b::169.254.169.254 64:ff9b:1::1 5f00::1 4000::1 fe00::1"),
    ];

    [Test]
    public void Only_addresses_of_the_internet_are_public_and_some_cannot_be_allowed()
    {
        var wrong = Table.SelectMany(row => row.Addresses.Split(' ')
            .Where(address => PublicAddress.ScopeOf(IPAddress.Parse(address)) != row.Scope).Select(address => $"{address}: {row.Scope}"));
        Assert.That(wrong, Is.Empty);
    }

    [TestCase("localhost", "localhost", null)]
    [TestCase("files.example:8443", "files.example", 8443)]
    [TestCase("10.1.2.3:443", "10.1.2.3", 443)]
    [TestCase("[::1]:8443", "::1", 8443)]
    [TestCase("[fd00::1]", "fd00::1", null)]
    public void A_private_host_is_a_host_with_or_without_a_port(string text, string host, int? port) =>
        Assert.That(PrivateHost.Parse(text), Is.EqualTo(new PrivateHost(host, port)));

    [TestCase("")]
    [TestCase(null)]
    [TestCase("https://files.example")]
    [TestCase("files.example/path")]
    [TestCase("files.example/")]
    [TestCase("user@files.example")]
    [TestCase("files.example:")]
    [TestCase("files.example:0")]
    [TestCase("files.example:x")]
    public void A_URL_is_no_private_host(string? text) => Assert.That(PrivateHost.Parse(text), Is.Null);
}
