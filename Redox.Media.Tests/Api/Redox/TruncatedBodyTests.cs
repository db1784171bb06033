using System.Text;
using NUnit.Framework;
using Redox.Media.Core.Deliveries;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Redox;

/// <summary>Bodies that are shorter than their Content-Length. The bytes that arrived are stored.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class TruncatedTests
{
    /// <summary>In base64 more than the buffers on the way hold: the service has read the beginning when the body ends.</summary>
    private const int ManyBytes = 12_000_000;

    [TestCase(false)] // a body that ends early is kept
    [TestCase(true)] // a body whose sender vanishes is kept
    public async Task A_body_that_ends_before_its_length_is_kept(bool vanishes)
    {
        await using var service = await RunningService.StartAsync();
        var message = Message.New(Message.NewSource(), Message.NewDocumentId()).WithContent(new string('c', ManyBytes));
        var body = Encoding.UTF8.GetBytes(message.ToString());
        using var connection = await RawConnection.OpenAsync(service.Address);
        await connection.SendAsync(RawConnection.Head(body.Length));
        await connection.SendAsync(body.AsMemory(0, body.Length - 10));
        if (vanishes)
        {
            connection.Reset();
        }
        else
        {
            connection.EndSending();
            Assert.That((await connection.ReadAnswerAsync())?.Status, Is.Null.Or.EqualTo(400));
        }

        var kept = await RawBytesAsync(message.LogId());
        Assert.That((string?)(await service.TraceDeliveryAsync(message.LogId()))["outcome"], Is.EqualTo("cut-off"));
        Assert.That(kept, Is.Not.Empty);
        Assert.That(body.AsSpan().StartsWith(kept));
    }

    [Test]
    public async Task A_body_that_ends_at_once_leaves_a_row_and_a_line_in_the_log()
    {
        var database = await TestDatabase.CreateAsync();
        await using var service = await RunningService.StartAsync(database);
        using var connection = await RawConnection.OpenAsync(service.Address);
        await connection.SendAsync(RawConnection.Head(500));
        await connection.SendAsync("{\"Meta\":");
        connection.EndSending();

        await UntilAsync(() => Task.FromResult(service.Logs.Entries.Any(entry => entry.Contains("Outcome=cut-off"))));
        Assert.That(await StoredDeliveries.CountAsync("cut-off", database), Is.EqualTo(1));
    }

    [Test]
    public async Task A_body_in_chunks_that_breaks_off_is_kept()
    {
        var message = Message.New(Message.NewSource(), Message.NewDocumentId()).WithContent(new string('c', ManyBytes));
        var body = Encoding.UTF8.GetBytes(message.ToString());
        using var connection = await RawConnection.OpenAsync((await SharedService.GetAsync()).Address);
        await connection.SendAsync(
            $"POST / HTTP/1.1\r\nHost: localhost\r\nverification-token: {RunningService.EngineToken}\r\nTransfer-Encoding: "
                + $"chunked\r\n\r\n{body.Length:x}\r\n");
        await connection.SendAsync(body);
        connection.EndSending();
        await connection.ReadAnswerAsync();

        var kept = await RawBytesAsync(message.LogId());
        Assert.That(
            (string?)(await (await SharedService.GetAsync()).TraceDeliveryAsync(message.LogId()))["outcome"], Is.EqualTo("cut-off"));
        Assert.That(body.AsSpan().StartsWith(kept));
    }

    [Test]
    public async Task A_body_longer_than_its_Content_Length_counts_up_to_that_length()
    {
        var service = await SharedService.GetAsync();
        var message = Message.New(Message.NewSource(), Message.NewDocumentId());
        var body = Encoding.UTF8.GetBytes(message.ToString());
        using var connection = await RawConnection.OpenAsync(service.Address);
        await connection.SendAsync(RawConnection.Head(body.Length));
        await connection.SendAsync((byte[])[.. body, .. "surplus"u8]);

        Assert.That((await connection.ReadAnswerAsync())?.Status, Is.EqualTo(200));
        Assert.That((string?)(await service.TraceDeliveryAsync(message.LogId()))["outcome"], Is.EqualTo("created"));
    }

    [Test]
    public async Task An_invalid_Content_Length_gets_a_response()
    {
        using var connection = await RawConnection.OpenAsync((await SharedService.GetAsync()).Address);
        await connection.SendAsync(
            $"POST / HTTP/1.1\r\nHost: localhost\r\nverification-token: {RunningService.EngineToken}\r\nContent-Length: -5\r\n\r\n");
        Assert.That((await connection.ReadAnswerAsync())?.Status, Is.EqualTo(400));
    }

    private static async Task<byte[]> RawBytesAsync(string logId)
    {
        IReadOnlyList<Guid> rows = [];
        await UntilAsync(async () => (rows = await StoredDeliveries.OfLogAsync(logId)).Count > 0);
        return await StoredDeliveries.RawBytesAsync(rows.Single());
    }

    private static async Task UntilAsync(Func<Task<bool>> condition) =>
        await Eventually.IsTrueAsync("the truncated body is stored", condition, TimeSpan.FromSeconds(30));
}
