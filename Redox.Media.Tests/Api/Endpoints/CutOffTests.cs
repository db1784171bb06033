using System.Text;
using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Endpoints;

/// <summary>Bodies that are not as long as they said. What had come by then is kept, so that nothing is lost without a trace.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class CutOffTests
{
    [TestCase(10)]
    [TestCase(400)]
    public async Task A_body_that_ends_early_is_kept_and_refused(int fromItsEnd)
    {
        var service = await SharedService.GetAsync();
        var message = Message.New(Message.NewSource(), Message.NewDocumentId());
        var body = Encoding.UTF8.GetBytes(message.ToString());
        using var connection = await RawConnection.OpenAsync(service.Address);
        await connection.SendAsync(RawConnection.Head(body.Length));
        await connection.SendAsync(body.AsMemory(0, body.Length - fromItsEnd));
        connection.EndSending();

        var answer = await connection.ReadAnswerAsync();

        Assert.That(answer is null or { Status: 400 }, Is.True, answer?.Head);
        await AssertKeptAsync(message.LogId(), body[..^fromItsEnd]);
    }

    [Test]
    public async Task A_body_whose_sender_vanishes_is_kept()
    {
        var message = Message.New(Message.NewSource(), Message.NewDocumentId()).With("Patient.Notes", new string('n', 300_000));
        var body = Encoding.UTF8.GetBytes(message.ToString());
        using var connection = await RawConnection.OpenAsync((await SharedService.GetAsync()).Address);
        await connection.SendAsync(RawConnection.Head(body.Length));
        await connection.SendAsync(body.AsMemory(0, body.Length - 5));
        connection.EndSending();
        connection.Reset();

        await AssertKeptAsync(message.LogId(), body[..^5]);
    }

    [Test]
    public async Task A_body_in_chunks_that_breaks_off_is_kept()
    {
        var message = Message.New(Message.NewSource(), Message.NewDocumentId());
        var body = Encoding.UTF8.GetBytes(message.ToString());
        using var connection = await RawConnection.OpenAsync((await SharedService.GetAsync()).Address);
        await connection.SendAsync(
            $"POST / HTTP/1.1\r\nHost: localhost\r\nverification-token: {RunningService.EngineToken}\r\nTransfer-Encoding: chunked\r\n\r\n{body.Length:x}\r\n");
        await connection.SendAsync(body);
        connection.EndSending();
        await connection.ReadAnswerAsync();

        await AssertKeptAsync(message.LogId(), body);
    }

    [Test]
    public async Task A_body_that_is_longer_than_it_said_counts_as_far_as_it_said()
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
    public async Task A_length_that_is_none_is_answered()
    {
        using var connection = await RawConnection.OpenAsync((await SharedService.GetAsync()).Address);
        await connection.SendAsync($"POST / HTTP/1.1\r\nHost: localhost\r\nverification-token: {RunningService.EngineToken}\r\nContent-Length: -5\r\n\r\n");
        Assert.That((await connection.ReadAnswerAsync())?.Status, Is.EqualTo(400));
    }

    private static async Task AssertKeptAsync(string logId, byte[] body)
    {
        var service = await SharedService.GetAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        IReadOnlyList<Guid> rows;
        do
        {
            patience.Token.ThrowIfCancellationRequested();
            rows = await StoredDeliveries.OfLogAsync(logId);
        }
        while (rows.Count == 0);

        Assert.That((string?)(await service.TraceDeliveryAsync(logId))["outcome"], Is.EqualTo("cut-off"));
        Assert.That(await StoredDeliveries.RawBytesAsync(rows.Single()), Is.EqualTo(body));
    }
}
