using System.Text;
using NUnit.Framework;
using Redox.Media.Core.Parsing;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Core.Parsing;

[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class MessageMetaTests
{
    private const string Full =
        """{"DataModel":"Media","EventType":"New","EventDateTime":"2026-03-02","Test":true,"Source":{"ID":"s"},"Logs":[{"ID":"l1","AttemptID":"a1"},{"ID":"l2","AttemptID":"a2"}],"Message":{"ID":12},"Transmission":{"ID":"13"}}""";

    [TestCase("{\"Meta\":" + Full + "}")]
    [TestCase("{\"A\":[{\"Meta\":{}}],\"Meta\":" + Full + ",\"B\":1}")]
    [TestCase("{\"\\uD800\":\"\\uD800\",\"M\\u0065ta\":" + Full + "}")]
    [TestCase("{\"Meta\":" + Full + ",\"Media\":{\"FileContents\":\"")]
    [TestCase("{\"Meta\":" + Full + "} and more")]
    [TestCase("{\"Meta\":" + Full + " oops")]
    public void Is_read_even_when_the_JSON_breaks_after_it(string envelope)
    {
        var meta = Read(envelope);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(meta.NamesItsKind);
            Assert.That((meta.DataModel, meta.EventType, meta.EventDateTime, meta.Test), Is.EqualTo(("Media", "New", "2026-03-02", true)));
            Assert.That((meta.Source, meta.LogId, meta.AttemptId), Is.EqualTo(("s", "l1", "a1")));
            Assert.That((meta.MessageId, meta.TransmissionId), Is.EqualTo(("12", "13")));
            Assert.That(meta.OtherIds, Is.EqualTo(new[] { "l2", "a2", "12", "13" }));
            Assert.That(meta.Json.GetRawText(), Is.EqualTo(Full));
        }
    }

    [TestCase("")]
    [TestCase(" ")]
    [TestCase("nothing")]
    [TestCase("[]")]
    [TestCase("[{\"Meta\":" + Full + "}]")]
    [TestCase("\"Meta\"")]
    [TestCase("{}")]
    [TestCase("{\"Meta\"")]
    [TestCase("{\"Meta\":")]
    [TestCase("{\"Meta\":{\"DataModel\":\"Media\"")]
    [TestCase("{\"A\":oops,\"Meta\":" + Full + "}")]
    [TestCase("{\"Meta\":null}")]
    [TestCase("{\"Meta\":[]}")]
    [TestCase("{\"Meta\":\"Media\"}")]
    [TestCase("{\"Other\":{\"Meta\":" + Full + "}}")]
    public void Is_none_when_the_message_has_no_complete_Meta(string envelope)
    {
        var meta = Read(envelope);
        Assert.That(meta, Is.SameAs(MessageMeta.None));
        Assert.That((meta.NamesItsKind, meta.LogId, meta.AttemptId, meta.Source), Is.EqualTo((false, (string?)null, (string?)null, "")));
        Assert.That(meta.OtherIds, Is.Empty);
    }

    [TestCase(
        """{"Meta":{"DataModel":{},"EventType":[],"EventDateTime":true,"Test":"true","Source":[],"Logs":{},"Message":1,"Transmission":"x"}}""")]
    [TestCase(
        """{"Meta":{"DataModel":null,"EventType":null,"EventDateTime":null,"Test":null,"Source":null,"Logs":null,"Message":null,"Transmission":null}}""")]
    [TestCase("""{"Meta":{"Source":{"ID":null},"Logs":[null,1,[],{}],"Message":{},"Transmission":{"ID":[]}}}""")]
    [TestCase("""{"Meta":{}}""")]
    public void A_property_of_an_unexpected_type_is_null(string envelope)
    {
        var meta = Read(envelope);
        Assert.That(
            (meta.DataModel, meta.EventType, meta.EventDateTime, meta.Test),
            Is.EqualTo(((string?)null, (string?)null, (string?)null, false)));
        Assert.That(
            (meta.Source, meta.LogId, meta.MessageId, meta.TransmissionId), Is.EqualTo(("", (string?)null, (string?)null, (string?)null)));
        Assert.That(meta.OtherIds, Is.Empty);
    }

    [Test]
    public void Any_beginning_of_a_message_can_be_read()
    {
        var bytes = Encoding.UTF8.GetBytes("{\"\\uD800\":[1,{\"a\":null}],\"Meta\":" + Full + ",\"B\":\"\\u00e9\"}");
        for (var length = 0; length <= bytes.Length; length++)
        {
            Assert.DoesNotThrow(() => Read(bytes[..length]), $"{length} bytes");
        }
    }

    [TestCase("{\"Meta\":{0},\"Other\":{1}}", "log")]
    [TestCase("{\"Meta\":{1}}", null)]
    public void The_time_for_a_deeply_nested_message_is_short(string envelope, string? logId)
    {
        const int depth = 250_000;
        var bytes = Encoding.UTF8.GetBytes(envelope.Replace("{0}", """{"Logs":[{"ID":"log"}]}""", StringComparison.Ordinal)
            .Replace("{1}", new string('[', depth) + new string(']', depth), StringComparison.Ordinal));

        var begun = System.Diagnostics.Stopwatch.StartNew();
        Assert.That(Read(bytes).LogId, Is.EqualTo(logId));
        Assert.That(begun.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)), "minutes when it grows with the square of the depth");
    }

    private static MessageMeta Read(string envelope) => Read(Encoding.UTF8.GetBytes(envelope));

    // The message is left to the collector: Meta's JSON refers to its memory.
    private static MessageMeta Read(byte[] envelope) => MessageMeta.Read(new ReaderUnderTest().Read(envelope, bytesPerRead: 4096));
}
