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
        using var fresh = await RawConnection.OpenAsync(service.Address);
        await DeliverAsync(fresh);
        Assert.That(await IsReadyAsync(service), Is.True);
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

    private static async Task DeliverAsync(RawConnection connection)
    {
        var body = Encoding.UTF8.GetBytes(Message.New(Message.NewSource(), "D-1").ToString(Formatting.None));
        byte[] request = [.. RawConnection.Head(body.Length, token: ServiceProcess.EngineToken), .. body];
        await connection.SendAsync(request);
        Assert.That((await connection.ReadAnswerAsync())?.Status, Is.EqualTo(200));
    }

    private static async Task<bool> IsReadyAsync(ServiceProcess service)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = service.Address };
        using var response = await http.GetAsync(new Uri("/health/ready", UriKind.Relative));
        return response.IsSuccessStatusCode;
    }
}
