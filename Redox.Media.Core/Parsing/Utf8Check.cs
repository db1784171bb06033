using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Redox.Media.Core.Parsing;

/// <summary>Whether a message is UTF-8 as far as it was understood. Utf8JsonReader does not look inside strings.</summary>
internal static class Utf8Check
{
    public static bool IsValid(ParsedMessage.Parts parts)
    {
        var envelope = parts.Envelope.Written;
        if (parts.Defect.HasFlag(MessageDefect.EnvelopeTooLarge))
        {
            // Cut at a fixed length, perhaps inside a character.
            envelope = WithoutUnfinishedCharacter(envelope);
        }

        return Utf8.IsValid(envelope) && (!parts.Defect.HasFlag(MessageDefect.NotJson) || BreaksAtCharacter(parts.Rest));
    }

    private static bool BreaksAtCharacter(PooledBytes rest) =>
        rest.Length == 0 || Rune.DecodeFromUtf8(rest.Slice(0).Span, out _, out _) != OperationStatus.InvalidData;

    private static ReadOnlySpan<byte> WithoutUnfinishedCharacter(ReadOnlySpan<byte> text)
    {
        for (var back = 1; back <= Math.Min(3, text.Length); back++)
        {
            if (text[^back] >= 0xC0)
            {
                return text[..^back];
            }
        }

        return text;
    }
}
