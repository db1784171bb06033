using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography.X509Certificates;

namespace Redox.Media.Api.Configuration;

/// <summary>Section <c>Outbound</c>: connections to remote hosts. Which URLs are requested is decided by other settings.</summary>
public sealed class OutboundSettings
{
    public const string Section = "Outbound";

    /// <summary>
    /// Hosts, as <c>host</c> or <c>host:port</c>, that may have private and loopback addresses. Default none: only public addresses are
    /// connected to.
    /// </summary>
    public IList<string> PrivateHosts { get; init; } = [];

    /// <summary>A PEM file with root certificates that are trusted beside those of the system. Default none.</summary>
    public string? TrustedCertificates { get; init; }

    /// <summary>Longest time until the header of a response, for each attempt. Default 30 s; 1 s to 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It is not a PEM file of certificates.</exception>
    internal X509Certificate2Collection ReadCertificates()
    {
        var certificates = new X509Certificate2Collection();
        if (!string.IsNullOrWhiteSpace(TrustedCertificates))
        {
            certificates.ImportFromPemFile(TrustedCertificates);
        }

        return certificates;
    }
}
