using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;
using NUnit.Framework;
using Redox.Media.Core.Parsing;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Core.Parsing;

[TestFixture]
public sealed class LargeMessagesTests
{
    private static readonly int[] ChunkSizes = [1, 3, 64, 4095, 4096, 4097, 65536, int.MaxValue];

    [Test]
    public void Every_length_comes_back([Range(0, 300)] int length)
    {
        var content = AwkwardMessages.Bytes(length);
        AssertContent(Body(Convert.ToBase64String(content)), content, 1000);
    }

    [TestCase(PooledBytes.SliceBytes - 1)]
    [TestCase(PooledBytes.SliceBytes)]
    [TestCase(PooledBytes.SliceBytes + 1)]
    [TestCase((4 * PooledBytes.SliceBytes) + 2)]
    public void Content_of_several_slices_comes_back(int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        var base64 = Convert.ToBase64String(content);
        foreach (var bytesPerRead in new[] { 1000, 4096, 65536, int.MaxValue })
        {
            AssertContent(Body(base64), content, bytesPerRead);
            AssertContent(Body(base64.Replace("/", "\\/")), content, bytesPerRead);
            AssertContent(Body(string.Join("\\n", base64.Chunk(76).Select(line => new string(line)))), content, bytesPerRead);
            AssertContent(Body(base64[..^8] + "\\n" + base64[^8..]), content, bytesPerRead);
        }
    }

    [Test]
    public void Canonical_base64_is_not_kept_as_text()
    {
        var content = new byte[1_000_000];
        using var message = Read(Body(Convert.ToBase64String(content)), 4096);
        Assert.That(ReaderUnderTest.Pool.Outstanding, Is.EqualTo(1 + message.Content!.SliceCount), "The envelope and the content, "
            + "nothing else.");
    }

    [Test]
    public void Undecodable_text_is_kept_once()
    {
        var body = Body("\\n" + new string('A', 999_999) + "?");
        using var message = Read(body, 4096);
        Assert.That(message.File, Is.EqualTo(FileEncoding.Undecodable));
        Assert.That(message.Content, Is.Null);
        Assert.That(message.ContentSha256.Length, Is.Zero);
        Assert.That(message.ContentChecksum, Is.Null);
        Assert.That(ReaderUnderTest.Pool.Outstanding, Is.EqualTo(1 + 4), "The envelope and the text, not what was decoded of it.");
        ByteAssert.AreEqual(ReaderUnderTest.RawOf(message), body);
    }

    [Test]
    public void Deep_nesting_is_a_defect_and_still_JSON()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"a\":[", 500)) + string.Concat(Enumerable.Repeat("]}", 500));
        var body = Encoding.UTF8.GetBytes("{\"Meta\":" + deep + ",\"Media\":{\"FileContents\":\"AQID\"}}");
        foreach (var bytesPerRead in ChunkSizes)
        {
            using var message = Read(body, bytesPerRead);
            Assert.That((message.Defect, message.File), Is.EqualTo((MessageDefect.TooDeep, FileEncoding.Base64)));
            ByteAssert.AreEqual(ReaderUnderTest.RawOf(message), body);
        }
    }

    [TestCase(64, MessageDefect.None)]
    [TestCase(65, MessageDefect.TooDeep)]
    public void Depth_counts_the_root(int depth, MessageDefect expected)
    {
        using var message = Read(Encoding.UTF8.GetBytes(new string('[', depth) + new string(']', depth)), 4096);
        Assert.That(message.Defect, Is.EqualTo(expected));
    }

    [TestCase(8192, FileEncoding.Reference)]
    [TestCase(8193, FileEncoding.Undecodable)]
    public void Reference_has_a_longest_length(int length, FileEncoding expected)
    {
        var body = Body("https://".PadRight(length, 'a'));
        foreach (var bytesPerRead in ChunkSizes)
        {
            using var message = Read(body, bytesPerRead);
            Assert.That((message.File, message.Defect), Is.EqualTo((expected, MessageDefect.None)));
            Assert.That(message.Envelope.Length, Is.EqualTo(body.Length - (expected == FileEncoding.Reference ? 0 : length)));
            ByteAssert.AreEqual(ReaderUnderTest.RawOf(message), body);
        }
    }

    [Test]
    public void Envelope_has_a_longest_length_which_the_file_does_not_count_in([Range(26, 60)] int limit)
    {
        var body = Body("AQIDBAUGBwgJ");
        var whole = body.Length - 12;
        var reader = new ReaderUnderTest(new BodyLimits { MaxEnvelopeBytes = limit });
        for (var bytesPerRead = 1; bytesPerRead <= body.Length; bytesPerRead++)
        {
            using var message = reader.Read(body, bytesPerRead);
            Assert.That(message.Defect, Is.EqualTo(limit < whole ? MessageDefect.EnvelopeTooLarge : MessageDefect.None));
            Assert.That(message.Envelope.Length, Is.EqualTo(Math.Min(limit, whole)));
            Assert.That(message.File, Is.EqualTo(FileEncoding.Base64), "The opening quote lies within the limit.");
            ByteAssert.AreEqual(ReaderUnderTest.RawOf(message), body);
        }
    }

    [Test]
    public void Huge_envelope_is_kept_but_not_parsed()
    {
        var body = Encoding.UTF8.GetBytes("{\"AB\":\"" + new string('ä', 1_500_000) + "\",\"Media\":{\"FileContents\":\"AQID\"}}");
        foreach (var bytesPerRead in new[] { 100, 4096, int.MaxValue })
        {
            using var message = Read(body, bytesPerRead);
            Assert.That((message.Defect, message.File), Is.EqualTo((MessageDefect.EnvelopeTooLarge, FileEncoding.Absent)));
            Assert.That(message.Envelope.Length, Is.EqualTo(1024 * 1024));
            ByteAssert.AreEqual(ReaderUnderTest.RawOf(message), body);
        }
    }

    [Test]
    public void Long_token_sent_byte_by_byte_is_not_read_over_and_over()
    {
        using var assembly = new MessageParser(new BodyLimits(), ContentProperty.Media, ReaderUnderTest.Pool);
        assembly.Feed("{\"A\":\""u8);
        for (var count = 0; count < 500_000; count++)
        {
            assembly.Feed("a"u8);
        }

        Assert.That(assembly.ParseAttempts, Is.LessThan(60));
    }

    [Test]
    public void Other_paths_are_followed_as_well()
    {
        var body = """{"resourceType":"Media","content":{"data":"AQID"},"Media":{"FileContents":"BAUG"}}"""u8.ToArray();
        using var message = new ReaderUnderTest().Read(body, 5, new ContentProperty("content", "data"));
        Assert.That(message.Content!.ToArray(), Is.EqualTo(new byte[] { 1, 2, 3 }));
        var three = """{"a":{"b":{"c":"AQID"},"c":"BAUG"}}"""u8.ToArray();
        using var deeper = new ReaderUnderTest().Read(three, 5, new ContentProperty("a", "b", "c"));
        Assert.That(deeper.Content!.ToArray(), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(() => new ContentProperty(), Throws.ArgumentException);
        Assert.That(() => new ContentProperty("ä"), Throws.ArgumentException);
    }

    [Test]
    public void Raw_body_can_be_read_from_anywhere()
    {
        var body = Body(Convert.ToBase64String(AwkwardMessages.Bytes(100)) + "\\n");
        using var message = Read(body, 7);
        using var raw = message.OpenRaw();
        for (var start = 0; start <= body.Length; start++)
        {
            var buffer = new byte[11];
            raw.Position = start;
            var count = raw.Read(buffer);
            Assert.That(buffer[..count], Is.EqualTo(body[start..Math.Min(body.Length, start + 11)]));
        }
    }

    // The values are xxHash's own: stored checksums must stay valid with another implementation.
    [TestCase("", 0x2D06800538D394C2UL)]
    [TestCase("YQ==", 0xE6C632B61E964E1FUL)] // a
    [TestCase("YWJj", 0x78AF5F94892F3950UL)] // abc
    public void The_checksum_is_XXH3_with_64_bits(string text, ulong checksum)
    {
        using var message = Read(Body(text), 7);
        Assert.That(message.ContentChecksum, Is.EqualTo(unchecked((long)checksum)));
    }

    private static byte[] Body(string text) => Encoding.UTF8.GetBytes("{\"Media\":{\"FileContents\":\"" + text + "\",\"A\":[1,2,3]}}");

    private static ParsedMessage Read(byte[] body, int bytesPerRead) => new ReaderUnderTest().Read(body, bytesPerRead);

    private static void AssertContent(byte[] body, byte[] content, int bytesPerRead)
    {
        using var message = Read(body, bytesPerRead);
        ByteAssert.AreEqual(message.Content!.ToArray(), content);
        Assert.That(message.ContentSha256.ToArray(), Is.EqualTo(SHA256.HashData(content)));
        Assert.That(message.ContentChecksum, Is.EqualTo((long)XxHash3.HashToUInt64(content)));
        ByteAssert.AreEqual(ReaderUnderTest.RawOf(message), body);
    }
}
