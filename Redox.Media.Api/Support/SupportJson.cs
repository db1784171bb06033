using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Redox.Media.Api.Support;

internal static class SupportJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
        Converters = { new AnyText() },
    };

    /// <summary>
    /// Writes any text that JSON can represent. An ID may contain an unpaired surrogate, which is written as an escape; the serializer
    /// would replace it with another character.
    /// </summary>
    private sealed class AnyText : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString();

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options)
        {
            if (IsUnicode(value))
            {
                writer.WriteStringValue(value);
            }
            else
            {
                writer.WriteRawValue(Escape(value));
            }
        }

        private static bool IsUnicode(ReadOnlySpan<char> text)
        {
            while (!text.IsEmpty)
            {
                if (Rune.DecodeFromUtf16(text, out _, out var length) != OperationStatus.Done)
                {
                    return false;
                }

                text = text[length..];
            }

            return true;
        }

        private static string Escape(string text)
        {
            var escaped = new StringBuilder("\"");
            foreach (var c in text)
            {
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }

            return escaped.Append('"').ToString();
        }
    }
}
