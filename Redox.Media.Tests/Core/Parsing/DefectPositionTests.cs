using System.Text;
using NUnit.Framework;

namespace Redox.Media.Tests.Core.Parsing;

[TestFixture]
public sealed class DefectPositionTests
{
    /// <param name="marked">The body, with a § before the byte that breaks it.</param>
    [TestCase("§", TestName = "Of_an_empty_body")]
    [TestCase("§hello", TestName = "Of_a_text")]
    [TestCase("{\"A\":1}§x", TestName = "After_the_root")]
    [TestCase("{\n\"A\":\n\n[1,§!]}", TestName = "On_a_later_line")]
    [TestCase("\uFEFF{\"A\":§!}", TestName = "After_a_byte_order_mark")]
    [TestCase("{\"Media\":{\"FileContents\":\"AQIDBAUG\"§!}", TestName = "After_canonical_base64")]
    [TestCase("{\"Media\":{\"FileContents\":\"AQ\\nIDBAUG\\u003F\",\n\"A\":§!}", TestName = "After_an_undecodable_file_and_a_line")]
    [TestCase("{\"Media\":{\"FileContents\":\"https://blob\"§!}", TestName = "After_a_reference")]
    [TestCase("{\"Media\":{\"FileContents\":\"AQID§\n\"}}", TestName = "In_the_file")]
    [TestCase("{\"Media\":{\"FileContents\":\"AQID\\u00§x\"}}", TestName = "In_an_escape_of_the_file")]
    [TestCase("{\"Media\":{\"FileContents\":\"AQIDBA§", TestName = "At_the_end_of_a_file_cut_off")]
    public void Names_the_byte_at_every_chunk_size(string marked)
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
