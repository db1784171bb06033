using System.Text;
using NUnit.Framework;

namespace Redox.Media.Tests.Core.Parsing;

[TestFixture]
public sealed class DefectPositionTests
{
    /// <param name="marked">The body, with a § before the byte that breaks it.</param>
    [TestCase("§")] // of an empty body
    [TestCase("§hello")] // of a text
    [TestCase("{\"A\":1}§x")] // after the root
    [TestCase("{\n\"A\":\n\n[1,§!]}")] // on a later line
    [TestCase("\uFEFF{\"A\":§!}")] // after a byte order mark
    [TestCase("{\"Media\":{\"FileContents\":\"AQIDBAUG\"§!}")] // after canonical base64
    [TestCase("{\"Media\":{\"FileContents\":\"AQ\\nIDBAUG\\u003F\",\n\"A\":§!}")] // after an undecodable file and a line
    [TestCase("{\"Media\":{\"FileContents\":\"https://blob\"§!}")] // after a reference
    [TestCase("{\"Media\":{\"FileContents\":\"AQID§\n\"}}")] // in the file
    [TestCase("{\"Media\":{\"FileContents\":\"AQID\\u00§x\"}}")] // in an escape of the file
    [TestCase("{\"Media\":{\"FileContents\":\"AQIDBA§")] // at the end of a file cut off
    public void A_defect_is_at_the_same_byte_at_every_chunk_size(string marked)
    {
        var body = Encoding.UTF8.GetBytes(marked.Replace("§", ""));
        var expected = Encoding.UTF8.GetByteCount(marked[..marked.IndexOf('§')]);
        for (var bytesPerRead = 1; bytesPerRead <= body.Length; bytesPerRead++)
        {
            using var message = new ReaderUnderTest().Read(body, bytesPerRead);
            Assert.That(message.DefectPosition, Is.EqualTo(expected), $"{bytesPerRead} bytes per read");
            Assert.That(ReaderUnderTest.RawOf(message), Is.EqualTo(body));
        }
    }
}
