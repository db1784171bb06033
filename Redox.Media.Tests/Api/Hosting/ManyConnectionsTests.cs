using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Newtonsoft.Json;
using NUnit.Framework;
using Redox.Media.Tests.Soak.Support;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Hosting;

/// <summary>More connections than the process has file descriptors.</summary>
[TestFixture, Category("Database")]
[Category("Slow")]
public sealed class ManyConnectionsTests
{
    private const int MaxOpenFiles = 1024;
    private const int ConnectionCount = 1100;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    [Test]
    public async Task Idle_connections_beyond_the_file_descriptors_stop_neither_the_process_nor_the_engine()
    {
        await using var service = await ServiceProcess.StartAsync(await TestDatabase.CreateAsync(), maxOpenFiles: MaxOpenFiles);
        using var engine = await RawConnection.OpenAsync(service.Address);
        await DeliverAsync(engine);
        var idle = new List<Socket>();
        for (var i = 0; i < ConnectionCount; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(service.EndPoint);
            idle.Add(socket);
        }

        var clock = Stopwatch.StartNew();
        await DeliverAsync(engine);
        Assert.That(clock.Elapsed, Is.LessThan(Soon), "on the connection that it has");
        // While the last idle connections are being accepted, they may take the place of a new one before its request is read.
        await Eventually.IsTrueAsync("a new connection is served", () => IsServedAsync(service), Soon);
        await Eventually.IsTrueAsync("a health check is served", () => IsReadyAsync(service), Soon);
        Assert.That(clock.Elapsed, Is.LessThan(Soon * 2));

        await Eventually.IsTrueAsync(
            "idle connections are closed",
            () => Task.FromResult(idle.All(socket => socket.Poll(0, SelectMode.SelectRead))),
            TimeSpan.FromSeconds(30));

        await DeliverAsync(engine);
        Assert.That(await IsReadyAsync(service), Is.True);
        Assert.That(service.HasExited, Is.False);
        idle.ForEach(socket => socket.Dispose());
    }

    private static async Task DeliverAsync(RawConnection connection) =>
        Assert.That(await TryDeliverAsync(connection), Is.EqualTo(200));

    private static async Task<bool> IsServedAsync(ServiceProcess service)
    {
        using var fresh = await RawConnection.OpenAsync(service.Address);
        try
        {
            return await TryDeliverAsync(fresh) == 200;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    // The status; null when the connection was closed.
    private static async Task<int?> TryDeliverAsync(RawConnection connection)
    {
        var body = Encoding.UTF8.GetBytes(Message.New(Message.NewSource(), "D-1").ToString(Formatting.None));
        byte[] request = [.. RawConnection.Head(body.Length, token: ServiceProcess.EngineToken), .. body];
        await connection.SendAsync(request);
        return (await connection.ReadAnswerAsync())?.Status;
    }

    private static async Task<bool> IsReadyAsync(ServiceProcess service)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = service.Address };
        try
        {
            using var response = await http.GetAsync(new Uri("/health/ready", UriKind.Relative));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
