using System.Text;
using System.Text.Json;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Mapping;

/// <summary>Reads texts of a resource; what is absent or of another kind is null.</summary>
internal static class FhirText
{
    public static string? Of(JsonElement parent, ReadOnlySpan<byte> name) =>
        JsonText.Member(parent, name) is { ValueKind: JsonValueKind.String } text ? JsonText.Scalar(text) : null;

    public static JsonElement Object(JsonElement parent, ReadOnlySpan<byte> name) =>
        JsonText.Member(parent, name) is { ValueKind: JsonValueKind.Object } child ? child : default;

    /// <summary>The text without lone surrogates, which no UTF-8 can carry: each becomes the replacement character.</summary>
    public static string Whole(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
