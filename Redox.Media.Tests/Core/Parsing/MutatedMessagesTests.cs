using System.Text.Json;
using NUnit.Framework;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Tests.Core.Parsing;

/// <summary>
/// Awkward messages, damaged at random but always in the same way: nothing throws, every body comes back, the oracle agrees.
/// </summary>
[TestFixture]
public sealed class MutatedMessagesTests
{
    private const int Rounds = 20_000;

    private static readonly byte[] Interesting =
        [.. "\"\\/{}[]:,=+-_ \n\tnu0123456789abcdefABCDEFhttp\0"u8, 0x7F, 0x80, 0xC3, 0xBC, 0xEF, 0xBB, 0xBF, 0xFF];

    [Test]
    public void Nothing_throws_and_every_body_comes_back()
    {
        string[] path = ["Media", "FileContents"];
        var random = new Random(20260);
        var bodies = AwkwardMessages.All.Select(message => message.Body).Where(body => body.Length > 0).ToArray();
        var reader = new ReaderUnderTest();
        for (var round = 0; round < Rounds; round++)
        {
            var body = Mutate(bodies[random.Next(bodies.Length)], bodies[random.Next(bodies.Length)], random);
            var when = $"round {round}: {Convert.ToHexString(body)}";
            using var message = reader.Read(body, 1 + random.Next(random.Next(2) == 0 ? 4 : 200));
            var whole = WholeDocument.Of(body, path);
            using var json = whole.Json;
            Assert.That(ReaderUnderTest.RawOf(message).AsSpan().SequenceEqual(body), Is.True, when);
            Assert.That(message.Defect.HasFlag(MessageDefect.NotJson), Is.EqualTo(json is null), when);
            if (json is null)
            {
                continue;
            }

            Assert.That(message.File, Is.EqualTo(whole.Form), when);
            Assert.That(message.Defect.HasFlag(MessageDefect.RepeatedFile), Is.EqualTo(whole.Repeated), when);
            Assert.That(message.Content?.ToArray(), Is.EqualTo(whole.Content), when);
            using var envelope = JsonDocument.Parse(message.Envelope);
            var cut = message.File is FileEncoding.Base64 or FileEncoding.Undecodable;
            Assert.That(SameJson.Compare(json.RootElement, envelope.RootElement, path, cut), Is.True, when);
        }

        Assert.That(ReaderUnderTest.Pool.Outstanding, Is.Zero);
    }

    private static byte[] Mutate(byte[] body, byte[] other, Random random)
    {
        var bytes = new List<byte>(body);
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var at = random.Next(bytes.Count + 1);
            var count = Math.Min(random.Next(1, 6), bytes.Count - at);
            switch (random.Next(6))
            {
                case 0:
                    bytes.RemoveRange(at, count);
                    break;
                case 1:
                    bytes.InsertRange(at, bytes.GetRange(at, count));
                    break;
                case 2:
                    var from = random.Next(other.Length);
                    bytes.InsertRange(at, other[from..random.Next(from, other.Length)]);
                    break;
                case 3 when random.Next(4) == 0:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                default:
                    bytes.Insert(at, Interesting[random.Next(Interesting.Length)]);
                    break;
            }
        }

        return [.. bytes];
    }
}
