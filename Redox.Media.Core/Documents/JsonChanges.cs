using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Redox.Media.Core.Documents;

/// <summary>
/// What differs between two JSON values: paths such as <c>Patient.Identifiers[0].ID</c>, never a value. Of what was added or removed the
/// outermost path. Elements of arrays are compared by their index, values as they were written.
/// </summary>
public sealed partial record JsonChanges
{
    /// <summary>Paths that are listed.</summary>
    public const int MaxPaths = 200;

    private readonly List<string> _added = [], _removed = [], _changed = [];

    public IReadOnlyList<string> Added => _added;

    public IReadOnlyList<string> Removed => _removed;

    public IReadOnlyList<string> Changed => _changed;

    /// <summary>False when there are more than <see cref="MaxPaths"/>.</summary>
    public bool IsComplete { get; private set; } = true;

    private bool IsFull => _added.Count + _removed.Count + _changed.Count >= MaxPaths;

    /// <param name="except">A member of the outermost object that is not compared.</param>
    public static JsonChanges Between(JsonElement before, JsonElement after, string? except = null)
    {
        var changes = new JsonChanges();
        changes.Compare(before, after, "", except);
        return changes;
    }

    private void Compare(JsonElement before, JsonElement after, string path, string? except = null)
    {
        switch (before.ValueKind, after.ValueKind)
        {
            case (JsonValueKind.Object, JsonValueKind.Object):
                CompareMembers(Members(before, except), Members(after, except), path);
                break;
            case (JsonValueKind.Array, JsonValueKind.Array):
                CompareElements(before, after, path);
                break;
            case var (one, other) when one != other || !Text(before).SequenceEqual(Text(after)):
                Add(_changed, path);
                break;
        }
    }

    private void CompareMembers(Dictionary<string, JsonElement> before, Dictionary<string, JsonElement> after, string path)
    {
        foreach (var (name, value) in before)
        {
            var own = PathOf(path, name);
            if (after.TryGetValue(name, out var other))
            {
                Compare(value, other, own);
            }
            else
            {
                Add(_removed, own);
            }
        }

        foreach (var name in after.Keys.Where(name => !before.ContainsKey(name)))
        {
            Add(_added, PathOf(path, name));
        }
    }

    private void CompareElements(JsonElement before, JsonElement after, string path)
    {
        var (count, others) = (before.GetArrayLength(), after.GetArrayLength());
        using var one = before.EnumerateArray();
        using var other = after.EnumerateArray();
        for (var i = 0; i < Math.Max(count, others) && IsComplete; i++)
        {
            var own = $"{path}[{i}]";
            if (i >= others)
            {
                Add(_removed, own);
            }
            else if (i >= count)
            {
                Add(_added, own);
            }
            else
            {
                Compare(one.MoveNext() ? one.Current : default, other.MoveNext() ? other.Current : default, own);
            }
        }
    }

    private void Add(List<string> paths, string path)
    {
        if (IsFull)
        {
            IsComplete = false;
        }
        else
        {
            paths.Add(path.Length == 0 ? "$" : path);
        }
    }

    // As they were written, since a name can contain what is no text. Of equal names the last one counts.
    private static Dictionary<string, JsonElement> Members(JsonElement json, string? except)
    {
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in json.EnumerateObject())
        {
            var name = Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8PropertyName(member));
            if (name != except)
            {
                members[name] = member.Value;
            }
        }

        return members;
    }

    private static ReadOnlySpan<byte> Text(JsonElement value) => JsonMarshal.GetRawUtf8Value(value);

    // A name that is none of a data model's could be a value that was written in the wrong place.
    private static string PathOf(string path, string name) => (path.Length == 0 ? "" : path + ".") + (Name().IsMatch(name) ? name : "*");

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]{0,63}\z")]
    private static partial Regex Name();
}
