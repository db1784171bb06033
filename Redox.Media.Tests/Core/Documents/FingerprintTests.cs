using System.Text;
using NUnit.Framework;
using Redox.Media.Core.Documents;

namespace Redox.Media.Tests.Core.Documents;

[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class FingerprintTests
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    private static readonly string Original = Of("""{"Meta":{"Logs":[{"ID":"1"}]},"A":{"B":[1,"x",true,null]},"C":""}""");

    [TestCase(" { \"Meta\" : {\"Logs\":[{\"ID\":\"1\"}]} ,\r\n\t\"A\" : { \"B\" : [ 1 , \"x\" , true , null ] } , \"C\" : \"\" } ")]
    [TestCase("""{"Meta":{"Logs":[{"ID":"1","AttemptID":"another"}]},"A":{"B":[1,"x",true,null]},"C":""}""")]
    [TestCase("""{"A":{"B":[1,"x",true,null]},"C":"","Meta":null}""")]
    [TestCase("""{"A":{"B":[1,"x",true,null]},"M\u0065ta":[[[1]]],"C":""}""")]
    [TestCase("""{"A":{"B":[1,"x",true,null]},"C":""}""")]
    public void White_space_and_Meta_do_not_count(string envelope) => Assert.That(Of(envelope), Is.EqualTo(Original));

    [TestCase("""{"C":"","A":{"B":[1,"x",true,null]}}""")] // the order of members counts
    [TestCase("""{"A":{"B":["x",1,true,null]},"C":""}""")] // the order of elements counts
    [TestCase("""{"A":{"B":[2,"x",true,null]},"C":""}""")] // a number counts
    [TestCase("""{"A":{"B":["1","x",true,null]},"C":""}""")] // the type of a value counts
    [TestCase("""{"A":{"B":[1,"\u0078",true,null]},"C":""}""")] // the spelling of a text counts
    [TestCase("""{"A":{"B":[1,"x ",true,null]},"C":""}""")] // white space in a text counts
    [TestCase("""{"A":{"B":[1,"x",true,null]},"C":"","D":1}""")] // another member counts
    [TestCase("""{"A":{"B":[1,"x",true,null],"C":""}}""")] // the nesting counts
    [TestCase("""{"A":{"B":[1,"x",true,null],"Meta":{}},"C":""}""")] // a Meta that stands deeper counts
    [TestCase("""{"A":{"B":[1,"x",true,null]},"C":"","\uD800":1}""")] // a broken name counts
    public void Everything_else_counts(string envelope) => Assert.That(Of(envelope), Is.Not.EqualTo(Original));

    [Test]
    public void Event_and_content_count()
    {
        var envelope = Encoding.UTF8.GetBytes("{}");
        var all = new[]
        {
            Fingerprint.Of("New", envelope, []), Fingerprint.Of("Delete", envelope, []), Fingerprint.Of("New", envelope, Content),
            Fingerprint.Of("New", envelope, Content.Reverse().ToArray()), Fingerprint.Of("NewDelete", envelope, []),
        };
        Assert.That(all.Select(Convert.ToHexString), Is.Unique);
        Assert.That(all.Select(bytes => bytes.Length), Is.All.EqualTo(Fingerprint.Length));
    }

    [Test]
    public void Nesting_has_no_limit()
    {
        var deep = new StringBuilder().Insert(0, "[", 100_000).Append(']', 100_000);
        Assert.That(Of($"{{\"A\":{deep}}}"), Is.Not.EqualTo(Of($"{{\"A\":[{deep}]}}")));
    }

    private static string Of(string envelope) => Convert.ToHexString(Fingerprint.Of("New", Encoding.UTF8.GetBytes(envelope), Content));
}
