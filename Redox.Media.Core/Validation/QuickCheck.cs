using System.Numerics;
using System.Text;
using System.Text.Json;
using NJsonSchema;

namespace Redox.Media.Core.Validation;

/// <summary>
/// Tells in one pass over the bytes, without an allocation, that an envelope obeys its schema. It never says what is wrong: whatever it is
/// not sure of goes to the validator, which decides. Nearly every message is in order, and for those the validator's tokens were most
/// of what a delivery cost; docs/decisions has the figures.
/// </summary>
internal sealed class QuickCheck
{
    private const int MaxDepth = 64;

    private readonly Node _root;

    public QuickCheck(JsonSchema schema) => _root = new Node(schema);

    /// <summary>True when the validator would find nothing; false when only the validator can tell.</summary>
    public bool Conforms(ReadOnlySpan<byte> envelope)
    {
        var reader = new Utf8JsonReader(envelope, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            return reader.Read() && reader.TokenType != JsonTokenType.Null && Conforms(ref reader, _root) && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool Conforms(ref Utf8JsonReader reader, Node node) => reader.TokenType switch
    {
        JsonTokenType.StartObject => node.Type == JsonObjectType.Object && MembersConform(ref reader, node),
        JsonTokenType.StartArray => node.Type == JsonObjectType.Array && ItemsConform(ref reader, node),
        JsonTokenType.String => node.Type is JsonObjectType.String or JsonObjectType.None && !(node.MustNotBeEmpty && reader.ValueSpan.IsEmpty),
        JsonTokenType.Number => node.Type is JsonObjectType.String or JsonObjectType.Number or JsonObjectType.None,
        JsonTokenType.True or JsonTokenType.False => node.Type is JsonObjectType.Boolean or JsonObjectType.None,
        JsonTokenType.Null => true, // the same as absent, which the caller checks
        _ => false,
    };

    private static bool ItemsConform(ref Utf8JsonReader reader, Node node)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (!Conforms(ref reader, node.Item))
            {
                return false;
            }
        }

        return true;
    }

    private static bool MembersConform(ref Utf8JsonReader reader, Node node)
    {
        var seen = 0ul;
        var present = 0ul;
        var expected = 0;
        var hasUnknown = false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (reader.ValueIsEscaped)
            {
                return false;
            }

            var place = node.Find(reader.ValueSpan, expected);
            reader.Read();
            if (place < 0)
            {
                // A single unknown member cannot be repeated, and a scalar has no members.
                if (hasUnknown || reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                {
                    return false;
                }

                hasUnknown = true;
                continue;
            }

            var bit = 1ul << place;
            if ((seen & bit) != 0)
            {
                return false;
            }

            seen |= bit;
            present |= reader.TokenType == JsonTokenType.Null ? 0 : bit;
            expected = place + 1;
            if (!Conforms(ref reader, node.Members[place].Schema))
            {
                return false;
            }
        }

        return (present & node.Required) == node.Required;
    }

    /// <summary>What the check needs of a schema. At most 64 members an object: one bit each.</summary>
    private sealed class Node
    {
        private static readonly Node Anything = new(JsonObjectType.None);

        public Node(JsonSchema schema)
        {
            Type = schema.Type;
            MustNotBeEmpty = schema.MinLength > 0;
            Item = schema.Item is null ? Anything : new Node(schema.Item);
            Members = [.. schema.Properties.Select(property => (Encoding.UTF8.GetBytes(property.Key), new Node(property.Value)))];
            var place = 0;
            foreach (var property in schema.Properties.Values)
            {
                Required |= property.IsRequired ? 1ul << place : 0;
                place++;
            }

            if (place > BitOperations.PopCount(ulong.MaxValue))
            {
                throw new InvalidOperationException("An object of a schema has more members than the quick check has bits.");
            }
        }

        private Node(JsonObjectType type) => (Type, Item, Members) = (type, this, []);

        public JsonObjectType Type { get; }

        public bool MustNotBeEmpty { get; }

        public Node Item { get; }

        public (byte[] Name, Node Schema)[] Members { get; }

        public ulong Required { get; }

        /// <summary>Members are usually in the schema's order, so the search starts where the last one ended.</summary>
        public int Find(ReadOnlySpan<byte> name, int expected)
        {
            for (var i = 0; i < Members.Length; i++)
            {
                var place = expected + i < Members.Length ? expected + i : expected + i - Members.Length;
                if (name.SequenceEqual(Members[place].Name))
                {
                    return place;
                }
            }

            return -1;
        }
    }
}
