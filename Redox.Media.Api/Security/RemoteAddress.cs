using System.Net;
using System.Net.Sockets;

namespace Redox.Media.Api.Security;

/// <summary>
/// The address of a request, by which failed authentications are counted and which audit rows have: behind a proxy, that of the proxy.
/// </summary>
internal static class RemoteAddress
{
    private const int NetworkBytes = 8;

    /// <summary>The whole address, for audit rows; null for a Unix domain socket.</summary>
    public static string? WholeOf(IPAddress? address) =>
        (address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address)?.ToString();

    /// <summary>An IPv4 address, or the /64 network of an IPv6 address, of which one machine usually has all addresses.</summary>
    public static string Of(IPAddress? address)
    {
        if (address is null)
        {
            return "local"; // a Unix domain socket
        }

        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address.ToString();
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(NetworkBytes).Clear();
        return new IPAddress(bytes) + "/64";
    }
}
