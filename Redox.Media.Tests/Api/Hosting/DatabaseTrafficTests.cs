using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Hosting;

/// <summary>Outside Development the traffic with a database over TCP is encrypted and the server is verified.</summary>
[TestFixture, Category("Slow")]
public sealed class DatabaseTrafficTests
{
    private const int SslRequest = 80877103; // PostgreSQL, "Message Formats"

    [TestCase("Production", "", SslRequest, false)]
    [TestCase("Production", ";SSL Mode=Require;Trust Server Certificate=true", SslRequest, true)]
    [TestCase("Production", ";SSL Mode=Prefer", SslRequest, true)]
    [TestCase("Production", ";SSL Mode=Disable", 0, true)]
    [TestCase("Development", ";SSL Mode=Disable", 0, false)]
    public async Task Traffic_is_encrypted_and_the_server_verified_unless_the_connection_string_says_otherwise(
        string environment, string keywords, int request, bool isSaid)
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        await using var program = ProgramProcess.Start(new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = environment,
            ["DOTNET_ENVIRONMENT"] = environment,
            ["ConnectionStrings:Media"] =
                $"Host=127.0.0.1;Port={((IPEndPoint)server.LocalEndpoint).Port};Username=u;Password=CANARY;Database=d" + keywords,
        });

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var session = await server.AcceptTcpClientAsync(limit.Token);
        var first = new byte[8];
        await session.GetStream().ReadExactlyAsync(first, limit.Token);
        var code = BinaryPrimitives.ReadInt32BigEndian(first.AsSpan(4));
        Assert.That(code == SslRequest ? SslRequest : 0, Is.EqualTo(request));
        if (environment == "Production" && keywords.Length == 0)
        {
            await session.GetStream().WriteAsync("N"u8.ToArray(), limit.Token); // a server without TLS
            Assert.That(await session.GetStream().ReadAsync(first, limit.Token), Is.Zero, "nothing is sent in the clear");
        }

        session.Close();
        using var http = await program.ListenAsync();
        if (isSaid)
        {
            await Eventually.IsTrueAsync("it is said", () => Task.FromResult(IsSaid()), TimeSpan.FromSeconds(30));
        }

        Assert.That(IsSaid(), Is.EqualTo(isSaid));
        Assert.That(program.Output, Has.None.Contain("CANARY"));

        bool IsSaid() => program.Output.Any(line => line.Contains("\"EventId\":3403", StringComparison.Ordinal));
    }
}
