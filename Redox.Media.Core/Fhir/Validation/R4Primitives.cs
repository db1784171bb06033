using System.Buffers;
using System.Text.Json;
using System.Text.RegularExpressions;
using Redox.Media.Core.Fhir.Search;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Validation;

/// <summary>R4's primitive types in JSON. Source: FHIR R4, data types, the regular expression of each.</summary>
public static partial class R4Primitives
{
    /// <summary>The characters that no string may contain. Source: FHIR R4, data types, "string".</summary>
    internal static readonly SearchValues<char> Controls =
        SearchValues.Create([.. Enumerable.Range(0, ' ').Select(c => (char)c).Except(['\t', '\r', '\n'])]);

    /// <summary>The rule of the type that a value breaks; null when it is valid.</summary>
    public static string? Problem(string type, JsonElement value) => type switch
    {
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : "must be true or false",
        "decimal" => value.ValueKind == JsonValueKind.Number ? null : "must be a number",
        "integer" => Integer(value, int.MinValue) ? null : "must be a whole number from -2147483648 to 2147483647",
        "positiveInt" => Integer(value, 1) ? null : "must be a whole number from 1 to 2147483647",
        "unsignedInt" => Integer(value, 0) ? null : "must be a whole number from 0 to 2147483647",
        _ => value.ValueKind == JsonValueKind.String ? TextProblem(type, JsonText.Scalar(value)!) : "must be a string",
    };

    public static bool IsPrimitive(string type) => char.IsAsciiLetterLower(type[0]);

    public static bool IsDateTime(string text) => TextProblem("dateTime", text) is null;

    /// <summary>True for a valid id of a resource.</summary>
    public static bool IsId(string text) => Id().IsMatch(text);

    private static string? TextProblem(string type, string text) =>
        text.Length == 0 ? "must not be empty"
        : text.AsSpan().ContainsAny(Controls) ? "must not contain control characters"
        : type switch
        {
            "code" => Code().IsMatch(text) ? null : "must be a code: no white space at its ends, no two of it in a row",
            "id" => Id().IsMatch(text) ? null : "must be an id: 1 to 64 letters, digits, hyphens and points",
            "uri" or "url" or "canonical" => text.Any(char.IsWhiteSpace) ? "must be a URI, without white space" : null,
            "oid" => Oid().IsMatch(text) ? null : "must be an OID: urn:oid: and numbers with points between",
            "uuid" => Uuid().IsMatch(text) ? null : "must be a UUID: urn:uuid: and 32 hexadecimal digits in their groups",
            "time" => Time().IsMatch(text) ? null : "must be a time: hh:mm:ss",
            "date" => !text.Contains('T', StringComparison.Ordinal) && IsDate(text) ? null : "must be a date: YYYY, YYYY-MM or YYYY-MM-DD",
            "dateTime" => IsDate(text) ? null : "must be a dateTime: YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm:ss with a zone",
            "instant" => text.Contains('T', StringComparison.Ordinal) && IsDate(text) ? null
                : "must be an instant: YYYY-MM-DDThh:mm:ss with a zone",
            "base64Binary" => Base64().IsMatch(text) ? null : "must be base64",
            _ => null,
        };

    // The expression accepts 2026-02-30.
    private static bool IsDate(string text) => DateTime().IsMatch(text) && FhirDate.TryRead(text, out _);

    private static bool Integer(JsonElement value, int min) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= min;

    [GeneratedRegex(@"^[^\s]+(\s[^\s]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Code();

    [GeneratedRegex(@"^[A-Za-z0-9\-.]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Id();

    [GeneratedRegex(@"^urn:oid:[0-2](\.(0|[1-9][0-9]*))+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Oid();

    [GeneratedRegex(@"^urn:uuid:[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Uuid();

    [GeneratedRegex(@"^([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Time();

    [GeneratedRegex(@"^\s*(([0-9a-zA-Z+/=]\s*){4})+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Base64();

    // A date is a dateTime without a time, an instant is one with a time.
    [GeneratedRegex(
        @"^([0-9]([0-9]([0-9][1-9]|[1-9]0)|[1-9]00)|[1-9]000)(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01])"
        + @"(T([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?(Z|[+-]((0[0-9]|1[0-3]):[0-5][0-9]|14:00)))?)?)?\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex DateTime();
}
