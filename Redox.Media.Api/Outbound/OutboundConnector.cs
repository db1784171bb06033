using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;
using Redox.Media.Api.Configuration;

namespace Redox.Media.Api.Outbound;

/// <summary>The addresses of a host name or of an IP address as text.</summary>
internal delegate Task<IPAddress[]> HostResolver(string host, CancellationToken cancellation);

/// <summary>
/// Makes connections to remote hosts. The addresses of a host are checked, and one of the checked addresses is connected to, so that the
/// name cannot lead elsewhere in between (docs/decisions/0035).
/// </summary>
internal sealed class OutboundConnector(IOptions<OutboundSettings> settings, HostResolver resolve)
{
    /// <summary>For the name, the connection and the TLS handshake together.</summary>
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    /// <summary>A new connection resolves the name again.</summary>
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(3);

    private const int MaxConnectionsPerHost = 16;

    private const int MaxHeadersKilobytes = 16;

    private readonly PrivateHost[] _privateHosts = [.. settings.Value.PrivateHosts.Select(PrivateHost.Parse).OfType<PrivateHost>()];

    private readonly X509Certificate2Collection _roots = settings.Value.ReadCertificates();

    public SocketsHttpHandler CreateHandler() => new()
    {
        ConnectCallback = ConnectAsync,
        ConnectTimeout = ConnectTimeout,
        PooledConnectionLifetime = ConnectionLifetime,
        MaxConnectionsPerServer = MaxConnectionsPerHost,
        MaxResponseHeadersLength = MaxHeadersKilobytes,
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null, // our trace IDs are not the remote host's concern
        SslOptions = new SslClientAuthenticationOptions
        {
            // A certificate names addresses to download its issuers and revocation lists from: they would be requested unchecked.
            CertificateChainPolicy = new X509ChainPolicy
            {
                DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck,
            },
            RemoteCertificateValidationCallback = _roots.Count > 0 ? IsTrusted : null,
        },
    };

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = await ResolveAsync(host, cancellation);
        var isPrivate = _privateHosts.Any(entry => entry.Matches(host, port));
        if (!addresses.All(address => PublicAddress.ScopeOf(address) is var scope
            && (scope == AddressScope.Public || (scope == AddressScope.Private && isPrivate))))
        {
            throw new OutboundException(OutboundFailure.AddressNotAllowed);
        }

        foreach (var address in addresses)
        {
            if (await TryConnectAsync(new IPEndPoint(address, port), ConnectTimeout / addresses.Length, cancellation) is { } stream)
            {
                return stream;
            }
        }

        throw new OutboundException(OutboundFailure.ConnectFailed);
    }

    private async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation)
    {
        try
        {
            var addresses = await resolve(host, cancellation);
            return addresses.Length > 0 ? addresses : throw new OutboundException(OutboundFailure.NameNotResolved);
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            throw new OutboundException(OutboundFailure.NameNotResolved);
        }
    }

    private static async Task<Stream?> TryConnectAsync(IPEndPoint endpoint, TimeSpan timeout, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endpoint, limit.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            cancellation.ThrowIfCancellationRequested();
            return null;
        }
    }

    // What the roots of the system do not confirm may be confirmed by those of the setting. The name must match in any case.
    private bool IsTrusted(object sender, X509Certificate? certificate, X509Chain? presented, SslPolicyErrors errors)
    {
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is null || presented is null)
        {
            return errors == SslPolicyErrors.None;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy = presented.ChainPolicy.Clone();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_roots);
        chain.ChainPolicy.ExtraStore.AddRange(presented.ChainElements.Select(element => element.Certificate).ToArray());
        return chain.Build((X509Certificate2)certificate);
    }
}
