using NUnit.Framework;
using Redox.Media.Core.Documents;

namespace Redox.Media.Tests.Core.Documents;

[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class DigestTests
{
    [Test]
    public void What_differs_has_another_digest()
    {
        string[][] inputs =
        [
            ["ab", "c"], ["a", "bc"], ["abc"], ["abc", ""], ["", "abc"], [], [""], ["", ""], ["\0"], ["\uD800"], ["\uDC00"], ["\uFFFD"],
                ["A"], ["a"],
            [new string('x', 600)], [new string('x', 601)], [new string('x', 100_000)],
        ];
        Assert.That(inputs.Select(parts => Digest.Key('D', parts)), Is.Unique);
        Assert.That(inputs.Select(parts => Digest.Hash64('D', parts)), Is.Unique);
        Assert.That("DIPVTNLM#".Select(domain => Digest.Key(domain, "a")), Is.Unique);
    }

    /// <summary>They are in the database: another digest of the same text would lose documents.</summary>
    [Test]
    public void What_is_stored_stays_found()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Digest.Key('D', "source", "DOC-1"), Is.EqualTo(Guid.Parse("0101efde-e250-6230-5fce-fde8a8f335e5")));
            Assert.That(Digest.Hash64('D', "source", "DOC-1"), Is.EqualTo(3693325886790829230L));
        }
    }
}
