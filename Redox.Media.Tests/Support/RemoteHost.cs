using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using WireMock.Server;
using WireMock.Settings;

namespace Redox.Media.Tests.Support;

/// <summary>
/// A remote host with TLS on loopback, which WireMock.Net simulates. Its certificate is signed by an authority of its own and names
/// <c>localhost</c> and <see cref="Names"/>. A service reaches it with <see cref="Settings"/>; by one of the names, if its resolver
/// (<see cref="FakeResolver"/>) gives the address of loopback.
/// </summary>
internal sealed class RemoteHost : IDisposable
{
    public static readonly string[] Names = ["files.example", "keys.example"];

    /// <summary>The authority of all hosts of the tests.</summary>
    private static readonly X509Certificate2 Authority = MakeAuthority();

    private static readonly string CertificateFile = WriteCertificate();

    public RemoteHost()
    {
        Server = WireMockServer.Start(new WireMockServerSettings
        {
            UseSSL = true,
            CertificateSettings = new WireMockCertificateSettings { X509CertificateFilePath = CertificateFile, X509CertificatePassword = "" },
        });
    }

    public WireMockServer Server { get; }

    public int Port => Server.Port;

    /// <summary>A PEM file with the certificate of the authority.</summary>
    public static string AuthorityFile { get; } = WriteAuthority();

    /// <summary>Settings that allow the host, by each of its names, and trust its authority.</summary>
    public Dictionary<string, string?> Settings => new()
    {
        ["Outbound:TrustedCertificates"] = AuthorityFile,
        ["Outbound:PrivateHosts:0"] = $"localhost:{Port}",
        ["Outbound:PrivateHosts:1"] = $"files.example:{Port}",
        ["Outbound:PrivateHosts:2"] = $"keys.example:{Port}",
    };

    /// <param name="path">With the slash at its beginning.</param>
    public Uri Url(string path, string host = "localhost") => new($"https://{host}:{Port}{path}");

    /// <summary>The number of requests for a path.</summary>
    public int Count(string path) => Server.LogEntries.Count(entry => entry.RequestMessage?.Path == path);

    public void Dispose() => Server.Dispose();

    private static X509Certificate2 MakeAuthority()
    {
        var request = new CertificateRequest("CN=Tests", ECDsa.Create(ECCurve.NamedCurves.nistP256), HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(2));
    }

    /// <param name="issuers">Where the certificate says that its issuer can be downloaded; null for nowhere.</param>
    public static X509Certificate2 CertificateWith(Uri? issuers)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in Names.Append("localhost"))
        {
            names.AddDnsName(name);
        }

        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        if (issuers is not null)
        {
            request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(null, [issuers.ToString()]));
        }

        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.Create(Authority, now.AddDays(-1), now.AddDays(1), RandomNumberGenerator.GetBytes(16));
        return certificate.CopyWithPrivateKey(key);
    }

    private static string WriteCertificate()
    {
        var path = NewFile("pfx");
        using var certificate = CertificateWith(null);
        File.WriteAllBytes(path, certificate.Export(X509ContentType.Pkcs12, ""));
        return path;
    }

    private static string WriteAuthority()
    {
        var path = NewFile("pem");
        File.WriteAllText(path, Authority.ExportCertificatePem());
        return path;
    }

    private static string NewFile(string extension) => Path.Combine(
        Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "redox-media-tests-" + Environment.ProcessId)).FullName,
        $"{Guid.NewGuid():N}.{extension}");
}
