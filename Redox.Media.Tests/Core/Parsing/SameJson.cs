using System.Runtime.InteropServices;
using System.Text.Json;

namespace Redox.Media.Tests.Core.Parsing;

/// <summary>Compares an envelope with the whole document it was cut out of: equal in every value as sent, but for the file.</summary>
internal static class SameJson
{
    /// <param name="whole">The document as sent.</param>
    /// <param name="envelope">What was made of it.</param>
    /// <param name="path">Where the file is.</param>
    /// <param name="cut">Whether the file is to be missing from the envelope.</param>
    public static bool Compare(JsonElement whole, JsonElement envelope, string[] path, bool cut) =>
        Walk(whole, envelope, 0, path, ref cut) && !cut;

    private static bool Walk(JsonElement whole, JsonElement envelope, int matched, string[] path, ref bool cut)
    {
        if (cut && matched == path.Length && whole.ValueKind == JsonValueKind.String)
        {
            cut = false;
            return envelope.ValueKind == JsonValueKind.String && envelope.GetRawText() == "\"\"";
        }

        if (whole.ValueKind != envelope.ValueKind)
        {
            return false;
        }

        switch (whole.ValueKind)
        {
            case JsonValueKind.Object:
                var left = whole.EnumerateObject().ToList();
                var right = envelope.EnumerateObject().ToList();
                if (left.Count != right.Count)
                {
                    return false;
                }

                for (var index = 0; index < left.Count; index++)
                {
                    var name = WholeDocument.NameOf(left[index]);
                    var next = matched >= 0 && matched < path.Length && name == path[matched] ? matched + 1 : -1;
                    if (name != WholeDocument.NameOf(right[index]) || !Walk(left[index].Value, right[index].Value, next, path, ref cut))
                    {
                        return false;
                    }
                }

                return true;
            case JsonValueKind.Array:
                var items = whole.EnumerateArray().ToList();
                var others = envelope.EnumerateArray().ToList();
                if (items.Count != others.Count)
                {
                    return false;
                }

                for (var index = 0; index < items.Count; index++)
                {
                    if (!Walk(items[index], others[index], -1, path, ref cut))
                    {
                        return false;
                    }
                }

                return true;
            default:
                return JsonMarshal.GetRawUtf8Value(whole).SequenceEqual(JsonMarshal.GetRawUtf8Value(envelope));
        }
    }
}
