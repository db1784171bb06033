using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Redox.Media.Tests.Support;

/// <summary>
/// A remote host with TLS on loopback that answers every connection with a text, such as one that no HTTP server would send, and closes it.
/// <see cref="RemoteHost.AuthorityFile"/> is the authority of its certificate.
/// </summary>
internal sealed class RawHost : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopped = new();
    private readonly Task _running;

    /// <param name="response">With its status line and headers; <c>\r\n</c> at the end of lines.</param>
    public RawHost(string response)
    {
        _listener.Start();
        _running = RunAsync(Encoding.Latin1.GetBytes(response));
    }

    public Uri Url => new($"https://localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}/file");

    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        await _running;
        _listener.Dispose();
        _stopped.Dispose();
    }

    private async Task RunAsync(byte[] response)
    {
        using var certificate = RemoteHost.CertificateWith(null);
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_stopped.Token);
                await AnswerAsync(client, certificate, response);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(TcpClient client, X509Certificate2 certificate, byte[] response)
    {
        try
        {
            await using var stream = new SslStream(client.GetStream());
            await stream.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificate = certificate }, _stopped.Token);
            await stream.ReadAtLeastAsync(new byte[4096], 1, throwOnEndOfStream: false, _stopped.Token); // the request is one packet
            await stream.WriteAsync(response, _stopped.Token);
            await stream.ShutdownAsync();
        }
        catch (IOException)
        {
            // The caller has gone away.
        }
    }
}
