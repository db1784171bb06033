using System.Text;
using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Hosting;

/// <summary>A shutdown accepts no new requests and completes those in progress.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class ShutdownTests
{
    [Test]
    public async Task An_upload_in_progress_is_completed()
    {
        var service = await RunningService.StartAsync();
        var id = Message.NewDocumentId();
        var body = Encoding.UTF8.GetBytes(Message.New(Message.NewSource(), id, content: new string('c', 8_000_000)).ToString());
        using var slow = await RawConnection.OpenAsync(service.Address);
        await slow.SendAsync(RawConnection.Head(body.Length));
        await slow.SendAsync(body.AsMemory(0, body.Length - 100));

        var stopped = service.DisposeAsync().AsTask();
        await Eventually.IsTrueAsync("no connection is accepted", () => Refuses(service.Address), TimeSpan.FromSeconds(30));
        Assert.That(stopped.IsCompleted, Is.False);
        await slow.SendAsync(body.AsMemory(body.Length - 100));
        var answer = await slow.ReadAnswerAsync();
        await stopped;

        Assert.That(answer?.Status, Is.EqualTo(200));
        Assert.That(await (await SharedService.GetAsync()).ContentAsync(id), Has.Length.EqualTo(8_000_000));
    }

    [Test]
    public async Task An_acknowledged_delivery_survives_a_restart()
    {
        var id = Message.NewDocumentId();
        await using (var first = await RunningService.StartAsync())
        {
            await first.ApplyAsync(Message.New(Message.NewSource(), id));
        }

        await using var second = await RunningService.StartAsync();
        Assert.That(await second.ContentAsync(id), Is.EqualTo("first content"));
    }

    private static async Task<bool> Refuses(Uri address)
    {
        try
        {
            using var connection = await RawConnection.OpenAsync(address);
            return false;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return true;
        }
    }
}
