using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Redox.Media.Core.Validation;

/// <summary>
/// Reads an envelope into the tokens that the validator needs, without the values: a string becomes "" or "text", a number 0.
/// So no violation can ever carry a value, dates stay dates, and no number is too large (Newtonsoft's own reader gives up at 380 digits and
/// quotes what it could not read). Members that are unknown or null are left out, and names that occur twice in one object are reported:
/// two readers could take them for two different patients.
/// </summary>
internal ref struct SchemaTokenReader(ReadOnlySpan<byte> envelope, FrozenSet<string> vocabulary, List<Violation> violations)
{
    private const int MaxDepth = 64;

    // Longer than any name of ours; what does not fit is unknown.
    private const int MaxNameLength = 64;

    private static readonly object Zero = 0d;

    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _vocabulary = vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
    private Utf8JsonReader _reader = new(envelope, new JsonReaderOptions { MaxDepth = MaxDepth });

    /// <summary>Reads the whole envelope.</summary>
    /// <exception cref="System.Text.Json.JsonException">It is not JSON, or too deep.</exception>
    public JToken Read()
    {
        _reader.Read();
        var message = ReadValue(keep: true)!;

        // Complains if anything follows.
        _reader.Read();
        return message;
    }

    /// <summary>Reads the current value. Values that are not needed are not built, but their names are still compared.</summary>
    private JToken? ReadValue(bool keep)
    {
        switch (_reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return ReadObject(keep);
            case JsonTokenType.StartArray:
                return ReadArray(keep);
            default:
                return keep ? ReadScalar() : null;
        }
    }

    private readonly JValue ReadScalar() => _reader.TokenType switch
    {
        JsonTokenType.String => new JValue(_reader.ValueSpan.IsEmpty ? "" : "text"),
        JsonTokenType.Number => new JValue(Zero),
        JsonTokenType.Null => JValue.CreateNull(),
        _ => new JValue(_reader.TokenType == JsonTokenType.True),
    };

    private JArray? ReadArray(bool keep)
    {
        var array = keep ? new JArray() : null;
        for (var index = 0; _reader.Read() && _reader.TokenType != JsonTokenType.EndArray; index++)
        {
            var before = violations.Count;
            var item = ReadValue(keep);
            array?.Add(item!);
            if (violations.Count > before)
            {
                PutInFront($"[{index}]", before);
            }
        }

        return array;
    }

    private JObject? ReadObject(bool keep)
    {
        var result = keep ? new JObject() : null;
        HashSet<string>? leftOut = null;
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
        {
            var known = TryReadKnownName(out var name);
            var seen = result?.ContainsKey(name) == true || leftOut?.Contains(name) == true;
            _reader.Read();

            var before = violations.Count;
            var value = ReadValue(keep && known && !seen);
            if (seen)
            {
                Report("occurs more than once");
            }
            else if (value is null or { Type: JTokenType.Null })
            {
                (leftOut ??= new HashSet<string>(StringComparer.Ordinal)).Add(name);
            }
            else
            {
                result!.Add(name, value);
            }

            if (violations.Count > before)
            {
                PutInFront(known ? name : Violation.UnknownMember, before);
            }
        }

        return result;
    }

    /// <summary>True: the name is one of the schema's. False: it is not, and must not be shown.</summary>
    private readonly bool TryReadKnownName(out string name)
    {
        try
        {
            if (_reader.ValueSpan.Length <= MaxNameLength)
            {
                Span<char> chars = stackalloc char[MaxNameLength];
                chars = chars[.._reader.CopyString(chars)];
                if (_vocabulary.TryGetValue(chars, out name!))
                {
                    return true;
                }

                name = chars.ToString();
                return false;
            }

            name = _reader.GetString()!;
            return false;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, escaped: legal JSON, but no text. Newtonsoft reads it as U+FFFD, and so do most.
            using var json = new JsonTextReader(new StringReader($"\"{Encoding.UTF8.GetString(_reader.ValueSpan)}\""));
            name = json.ReadAsString()!;
            return false;
        }
    }

    private readonly void Report(string rule)
    {
        // One more than are listed, so that it shows that there are more.
        if (violations.Count <= EventSchema.MaxViolations)
        {
            violations.Add(new Violation("", rule));
        }
    }

    /// <summary>
    /// Paths are put together on the way back up, so that a message without violations, which is nearly every one, pays nothing for them.
    /// </summary>
    private readonly void PutInFront(string step, int first)
    {
        for (var i = first; i < violations.Count; i++)
        {
            var path = violations[i].Path;
            violations[i] = violations[i] with { Path = path is "" or ['[', ..] ? step + path : $"{step}.{path}" };
        }
    }
}
