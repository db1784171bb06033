using System.Globalization;
using System.Text;
using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Tests.Api.Fhir;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Redox;

/// <summary>Bodies that do not arrive in their time are answered 408 at both APIs and recorded as other truncated bodies are.</summary>
[TestFixture]
public sealed class SlowBodyTests : FhirFixture
{
    protected override (string Key, string? Value)[] Settings =>
        [("Intake:BodyTimeout", "00:00:01"), ("Intake:MinBytesPerSecond", "1073741824")];

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_message_that_takes_too_long_is_answered_408_and_recorded(bool isChunked)
    {
        var message = Message.New(Message.NewSource(), Message.NewDocumentId()).WithContent(new string('c', 300_000));
        var body = Encoding.UTF8.GetBytes(message.ToString());
        using var connection = await RawConnection.OpenAsync(Fhir.Service.Address);
        var half = body.AsMemory(0, body.Length / 2);
        var head = $"POST / HTTP/1.1\r\nHost: localhost\r\nverification-token: {RunningService.EngineToken}\r\n"
            + (isChunked ? $"Transfer-Encoding: chunked\r\n\r\n{half.Length:x}\r\n" : $"Content-Length: {body.Length}\r\n\r\n");
        await connection.SendAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. half.Span]); // at once, as the time begins with the head

        var answer = (await connection.ReadAnswerAsync())!.Value;

        var json = JObject.Parse(Encoding.UTF8.GetString(answer.Body));
        Assert.That((answer.Status, (string?)json["Outcome"]), Is.EqualTo((408, "too-slow")));
        Assert.That((string?)json.SelectToken("Meta.Errors[0].Text"), Does.Contain("took too long"));
        Assert.That(answer.Head, Does.Contain("Connection: close"));
        var trace = await Fhir.Service.TraceDeliveryAsync(message.LogId());
        Assert.That((string?)trace["outcome"], Is.EqualTo("too-slow"));
        ByteAssert.AreEqual(await StoredDeliveries.RawBytesAsync((Guid)trace["deliveryId"]!), half.Span);
    }

    [Test]
    public async Task A_create_that_takes_too_long_is_answered_408_and_recorded()
    {
        var correlationId = Guid.NewGuid().ToString();
        var body = Encoding.UTF8.GetBytes(FhirService.Media().ToString());
        using var connection = await RawConnection.OpenAsync(Fhir.Service.Address);
        await connection.SendAsync(
            "POST /Media HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/fhir+json\r\n"
            + $"Authorization: Bearer {FhirService.Token}\r\nX-Correlation-Id: {correlationId}\r\n"
            + $"Content-Length: {body.Length.ToString(CultureInfo.InvariantCulture)}\r\n\r\n");
        await connection.SendAsync(body.AsMemory(0, 100));

        var answer = (await connection.ReadAnswerAsync())!.Value;

        var outcome = JObject.Parse(Encoding.UTF8.GetString(answer.Body));
        Assert.That((answer.Status, (string?)outcome["resourceType"]), Is.EqualTo((408, "OperationOutcome")));
        Assert.That((string?)outcome.SelectToken("issue[0].code"), Is.EqualTo("timeout"));
        var trace = (await Fhir.Service.AskSupportAsync("/support/api/deliveries/" + correlationId)).Json;
        Assert.That((string?)trace["outcome"], Is.EqualTo("too-slow"));
    }
}
