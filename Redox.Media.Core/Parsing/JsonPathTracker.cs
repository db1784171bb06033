using System.Text.Json;
using Redox.Media.Core.Deliveries;

namespace Redox.Media.Core.Parsing;

/// <summary>Watches the tokens of a message go by and tells the one member that a path leads to.</summary>
internal sealed class JsonPathTracker(ContentProperty path)
{
    private int _openOnPath;
    private bool _atNextName;

    /// <summary>Takes the next token; true when it is the name at the end of the path.</summary>
    public bool Follow(ref Utf8JsonReader reader)
    {
        var wasAtNextName = _atNextName;
        _atNextName = false;
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                return FollowName(ref reader);
            case JsonTokenType.StartObject when wasAtNextName || reader.CurrentDepth == 0:
                _openOnPath++;
                return false;
            case JsonTokenType.EndObject:
                _openOnPath = Math.Min(_openOnPath, reader.CurrentDepth);
                return false;
            default:
                return false;
        }
    }

    private bool FollowName(ref Utf8JsonReader reader)
    {
        // Only a member of the innermost object on the path can be the next step: every open container is then on the path.
        if (_openOnPath == 0 || reader.CurrentDepth != _openOnPath || !JsonText.Is(reader.ValueSpan, path.Name(_openOnPath - 1)))
        {
            return false;
        }

        _atNextName = _openOnPath < path.Length;
        return !_atNextName;
    }
}
