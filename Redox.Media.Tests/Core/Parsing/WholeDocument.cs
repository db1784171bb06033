using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Tests.Core.Parsing;

/// <summary>What a plain reader with the whole body in memory makes of it: the oracle, which shares nothing with the product.</summary>
internal sealed partial record WholeDocument(JsonDocument? Json, FileEncoding Form, byte[]? Content, bool Repeated)
{
    public static WholeDocument Of(byte[] body, params string[] path)
    {
        var start = body.AsSpan().StartsWith("\u00EF\u00BB\u00BF".Select(c => (byte)c).ToArray()) ? 3 : 0;
        JsonDocument json;
        try
        {
            json = JsonDocument.Parse(body.AsMemory(start), new JsonDocumentOptions { MaxDepth = 5000 });
        }
        catch (JsonException)
        {
            return new WholeDocument(null, FileEncoding.Absent, null, false);
        }

        var files = At(json.RootElement, path).ToList();
        if (files.Count == 0 || files[0].ValueKind != JsonValueKind.String)
        {
            return new WholeDocument(json, FileEncoding.Absent, null, files.Count > 1);
        }

        var content = Decode(files[0]);
        var form = content is not null ? FileEncoding.Base64
            : IsReference(Encoding.Latin1.GetString(JsonMarshal.GetRawUtf8Value(files[0]))) ? FileEncoding.Reference
            : FileEncoding.Undecodable;
        return new WholeDocument(json, form, content, files.Count > 1);
    }

    /// <summary>A property's name, or something no path contains if it is no text.</summary>
    public static string NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return "\uFFFF";
        }
    }

    private static IEnumerable<JsonElement> At(JsonElement element, ReadOnlyMemory<string> path)
    {
        if (path.IsEmpty)
        {
            return [element];
        }

        return element.ValueKind != JsonValueKind.Object
            ? []
            : element.EnumerateObject().Where(property => NameOf(property) == path.Span[0])
                .SelectMany(property => At(property.Value, path[1..]));
    }

    private static byte[]? Decode(JsonElement element)
    {
        try
        {
            var lines = element.GetString()!.Split('\r', '\n').Select(line => line.Trim(' ', '\t', '\f'));
            var text = string.Concat(lines); // a blank inside a line stays, and is not base64
            return PaddedOrNot().IsMatch(text)
                ? Convert.FromBase64String(text.Contains('=') ? text : text + new string('=', -text.Length & 3)) : null;
        }
        catch (Exception notBase64) when (notBase64 is FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    private static bool IsReference(string quoted)
    {
        var ascii = UnicodeEscape()
            .Replace(quoted[1..^1].Replace("\\/", "/"), match => ((char)Convert.ToInt32(match.Groups[1].Value, 16)).ToString());
        return Scheme().IsMatch(ascii) && quoted.Length - 2 <= 8192;
    }

    [GeneratedRegex("^[A-Za-z0-9+/]*={0,2}\\z")]
    private static partial Regex PaddedOrNot();

    [GeneratedRegex("^https?://", RegexOptions.IgnoreCase)]
    private static partial Regex Scheme();

    [GeneratedRegex("\\\\u([0-9A-Fa-f]{4})")]
    private static partial Regex UnicodeEscape();
}
