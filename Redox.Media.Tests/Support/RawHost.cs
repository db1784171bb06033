using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Redox.Media.Tests.Support;

/// <summary>
/// A remote host with TLS on loopback that answers each connection with a text, such as one that no HTTP server would send, and closes it.
/// <see cref="RemoteHost.AuthorityFile"/> is the authority of its certificate.
/// </summary>
internal sealed class RawHost : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopped = new();
    private readonly Task _running;

    /// <param name="responses">
    /// With status line and headers; <c>\r\n</c> at the end of lines. One for each connection in turn, the last one also for all others.
    /// </param>
    public RawHost(params string[] responses)
    {
        _listener.Start();
        _running = RunAsync([.. responses.Select(Encoding.Latin1.GetBytes)]);
    }

    /// <summary>Whether it leaves connections open after its response, until the caller closes them.</summary>
    public bool StaysOpen { get; init; }

    public Uri Url => new($"https://localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}/file");

    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        await _running;
        _listener.Dispose();
        _stopped.Dispose();
    }

    private async Task RunAsync(byte[][] responses)
    {
        using var certificate = RemoteHost.CertificateWith(null);
        try
        {
            for (var next = 0; ; next = Math.Min(next + 1, responses.Length - 1))
            {
                using var client = await _listener.AcceptTcpClientAsync(_stopped.Token);
                await AnswerAsync(client, certificate, responses[next]);
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
            if (StaysOpen)
            {
                await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, _stopped.Token);
            }

            await stream.ShutdownAsync();
        }
        catch (IOException)
        {
            // The caller has gone away.
        }
    }
}
