using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using NUnit.Framework;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Tests.Core.Parsing;

[TestFixture]
public sealed class AwkwardMessagesTests
{
    private static readonly string[] MediaFile = ["Media", "FileContents"];

    private static IEnumerable<TestCaseData> Messages =>
        AwkwardMessages.All.Select(message => new TestCaseData(message).SetArgDisplayNames(message.Name));

    [TestCaseSource(nameof(Messages))]
    public void Is_read_the_same_at_every_chunk_size(object awkward)
    {
        var expected = (AwkwardMessage)awkward;
        var whole = WholeDocument.Of(expected.Body, MediaFile);
        Assert.That(whole.Json is null, Is.EqualTo(expected.Defect.HasFlag(MessageDefect.NotJson)), "The oracle and the table disagree.");
        var reader = new ReaderUnderTest();
        (long?, string, FileEncoding)? first = null;
        for (var bytesPerRead = 1; bytesPerRead <= Math.Max(1, expected.Body.Length); bytesPerRead++)
        {
            using (var message = reader.Read(expected.Body, bytesPerRead))
            {
                AssertIs(expected, whole, message, $"{bytesPerRead} bytes per read");
                var seen = (message.DefectPosition, Convert.ToHexString(message.Envelope.Span), message.File);
                Assert.That(first ??= seen, Is.EqualTo(seen), $"{bytesPerRead} bytes per read");
            }

            Assert.That(ReaderUnderTest.Pool.Outstanding, Is.Zero);
        }
    }

    private static void AssertIs(AwkwardMessage expected, WholeDocument whole, ParsedMessage message, string when)
    {
        Assert.That(message.Defect, Is.EqualTo(expected.Defect), when);
        Assert.That(ReaderUnderTest.RawOf(message), Is.EqualTo(expected.Body), when);
        Assert.That(message.BodyLength, Is.EqualTo(expected.Body.Length), when);
        if (whole.Json is null)
        {
            Assert.That(message.DefectPosition, Is.InRange(0, expected.Body.Length), when);
            return;
        }

        Assert.That(message.DefectPosition, Is.Null, when);
        Assert.That(message.File, Is.EqualTo(expected.Form).And.EqualTo(whole.Form), when);
        var encoding = expected.Defect.HasFlag(MessageDefect.NotUtf8) ? Encoding.Latin1 : Encoding.UTF8;
        Assert.That(encoding.GetString(message.Envelope.Span), Is.EqualTo(expected.Envelope), when);
        Assert.That(message.Content?.ToArray(), Is.EqualTo(whole.Content), when);
        Assert.That(message.ContentSha256.ToArray(), Is.EqualTo(whole.Content is null ? [] : SHA256.HashData(whole.Content)), when);
        long? checksum = whole.Content is null ? null : (long)XxHash3.HashToUInt64(whole.Content);
        Assert.That(message.ContentChecksum, Is.EqualTo(checksum), when);
        using var envelope = JsonDocument.Parse(message.Envelope);
        var cut = message.File is FileEncoding.Base64 or FileEncoding.Undecodable;
        Assert.That(SameJson.Compare(whole.Json.RootElement, envelope.RootElement, MediaFile, cut), Is.True, when);
    }
}
