using System.Net;
using System.Net.Sockets;

namespace Redox.Media.Api.Outbound;

/// <summary>Where an address leads.</summary>
internal enum AddressScope
{
    /// <summary>To a host of the public internet.</summary>
    Public,

    /// <summary>Into this machine or a private network: only for hosts of <c>Outbound:PrivateHosts</c>.</summary>
    Private,

    /// <summary>To no host that is meant: link-local, cloud metadata, multicast, reserved. No setting allows it.</summary>
    Forbidden,
}

/// <summary>
/// The scope of an IP address. Source: the special-purpose address registries of IANA (RFC 6890), and the metadata addresses of the cloud
/// providers.
/// </summary>
internal static class PublicAddress
{
    private static readonly IPNetwork[] PrivateNetworks = Networks(
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
        "127.0.0.0/8", "::1/128",
        "100.64.0.0/10", // carrier-grade NAT
        "fc00::/7"); // unique local

    private static readonly IPNetwork[] ForbiddenNetworks = Networks(
        "169.254.0.0/16", // link-local, with the metadata of most clouds
        "100.100.100.200/32", "168.63.129.16/32", "fd00:ec2::254/128", "fd20:ce::254/128", // metadata of Alibaba, Azure, AWS, Google
        "0.0.0.0/8", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4", // multicast; reserved and broadcast
        "2001::/23", // Teredo and other protocols
        "2001:db8::/32", "3fff::/20", // documentation
        "2002::/16"); // 6to4: an IPv4 address behind a relay

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    /// <summary>IPv4 addresses behind a translator (RFC 6052), as DNS64 gives them for every public host.</summary>
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    public static AddressScope ScopeOf(IPAddress address)
    {
        if (EmbeddedIn(address) is { } embedded)
        {
            return ScopeOf(embedded);
        }

        if (IsIn(ForbiddenNetworks, address))
        {
            return AddressScope.Forbidden;
        }

        if (IsIn(PrivateNetworks, address))
        {
            return AddressScope.Private;
        }

        return address.AddressFamily == AddressFamily.InterNetwork || GlobalUnicast.Contains(address)
            ? AddressScope.Public : AddressScope.Forbidden;
    }

    private static IPAddress? EmbeddedIn(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : Nat64.Contains(address) ? new IPAddress(address.GetAddressBytes().AsSpan(12))
        : null;

    private static bool IsIn(IPNetwork[] networks, IPAddress address) => networks.Any(network => network.Contains(address));

    private static IPNetwork[] Networks(params string[] networks) => [.. networks.Select(network => IPNetwork.Parse(network))];
}
