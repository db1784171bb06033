using System.Text;
using NUnit.Framework;
using Redox.Media.Core.Validation;
using Redox.Media.Tests.Soak.Support;

namespace Redox.Media.Tests.Core.Validation;

/// <summary>The quick check may doubt, but never err: what it lets pass the validator must find in order.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class QuickCheckTests
{
    private const int Mutations = 20_000;

    /// <summary>What is put in the place of a byte: all that means something to JSON, and a little that does not.</summary>
    private static readonly byte[] Inserts = [.. "{}[],:\"\\0n1tf "u8];

    private static readonly string[] Values = ["null", "true", "0", "\"\"", "\"x\"", "{}", "[]", "[{}]", "[null]", "{\"ID\":1}"];

    [TestCase("New")]
    [TestCase("Replace")]
    [TestCase("Delete")]
    [TestCase("Query")]
    [TestCase("QueryResponse")]
    public void Lets_a_message_with_every_member_pass(string eventName)
    {
        var schema = Load(eventName);
        var message = SchemaMessage.WithEverything(eventName).Utf8;

        Assert.That(new QuickCheck(schema).Conforms(message), Is.True);
        Assert.That(new EventSchema(schema).ValidateThoroughly(message), Is.Empty);
    }

    [TestCase("New", 1)]
    [TestCase("Replace", 2)]
    [TestCase("Delete", 3)]
    [TestCase("Query", 4)]
    public void Never_lets_pass_what_the_validator_objects_to(string eventName, int seed)
    {
        var schema = Load(eventName);
        var (quick, thorough) = (new QuickCheck(schema), new EventSchema(schema));
        var original = SchemaMessage.WithEverything(eventName).Utf8.ToArray();
        var random = new Random(seed);
        var passed = 0;

        for (var i = 0; i < Mutations; i++)
        {
            var mutated = Mutate(original, random);
            if (quick.Conforms(mutated))
            {
                passed++;
                Assert.That(thorough.ValidateThoroughly(mutated), Is.Empty, Encoding.UTF8.GetString(mutated));
            }
        }

        Assert.That(passed, Is.GreaterThan(Mutations / 100), "mutations that keep the message in order must be among them");
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        var bytes = original.ToList();
        for (var times = random.Next(1, 3); times > 0; times--)
        {
            switch (random.Next(4))
            {
                case 0:
                    bytes[random.Next(bytes.Count)] = Inserts[random.Next(Inserts.Length)];
                    break;
                case 1:
                    bytes.RemoveRange(random.Next(bytes.Count - 1), 1);
                    break;
                default:
                    ReplaceAValue(bytes, random);
                    break;
            }
        }

        return [.. bytes];
    }

    // From a colon to what ends the value, as far as a scalar goes; of an object only its beginning goes, which breaks it.
    private static void ReplaceAValue(List<byte> bytes, Random random)
    {
        var colon = bytes.IndexOf((byte)':', random.Next(bytes.Count));
        if (colon < 0)
        {
            return;
        }

        var end = colon + 1;
        while (end < bytes.Count && bytes[end] is not ((byte)',' or (byte)'}' or (byte)']'))
        {
            end++;
        }

        bytes.RemoveRange(colon + 1, end - colon - 1);
        bytes.InsertRange(colon + 1, Encoding.UTF8.GetBytes(Values[random.Next(Values.Length)]));
    }

#pragma warning disable CA1308 // the files' names are in lower case
    private static NJsonSchema.JsonSchema Load(string eventName)
    {
        var file = $"schemas/media/{eventName.ToLowerInvariant()}.json";
        using var stream = typeof(SchemaCatalog).Assembly.GetManifestResourceStream(file)!;
        return SchemaFile.Load(file, stream);
    }
#pragma warning restore CA1308
}
