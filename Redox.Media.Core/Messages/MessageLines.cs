using System.Globalization;
using System.Text;
using System.Text.Json;
using Redox.Media.Core.Parsing;
using Redox.Media.Core.Validation;

namespace Redox.Media.Core.Messages;

/// <summary>
/// Lays a message out in lines, with the places marked where it breaks a rule. Values are masked, with the same number of dots for each,
/// unless they are revealed; then invisible characters are made visible.
/// </summary>
public sealed class MessageLines(SchemaCatalog schemas)
{
    public const int MaxDepth = 64;

    private const int MaxLines = 4_000, MaxText = 2_000;

    private const string Dots = "••••••••";

    /// <summary>Members whose values say nothing about a patient; in lower case, without indexes.</summary>
    private static readonly HashSet<string> Shown = new(StringComparer.OrdinalIgnoreCase)
    {
        "Meta.DataModel", "Meta.EventType", "Meta.EventDateTime", "Meta.Test", "Meta.Source.ID", "Meta.Source.Name",
        "Meta.Destinations.ID", "Meta.Destinations.Name", "Meta.Logs.ID", "Meta.Logs.AttemptID", "Meta.Message.ID",
        "Meta.Transmission.ID", "Meta.FacilityCode", "Patient.Identifiers.IDType", "Media.FileType", "Media.DocumentType",
        "Media.Availability",
    };

    /// <param name="json">UTF-8; what is not JSON ends the lines with a mark.</param>
    public IReadOnlyList<MessageLine> Of(ReadOnlySpan<byte> json, IReadOnlyList<Violation> violations, bool isRevealed)
    {
        var layout = new Layout(schemas, violations, isRevealed);
        var reader = new Utf8JsonReader(
            json, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = MaxDepth });
        try
        {
            while (layout.Lines.Count < MaxLines && reader.Read())
            {
                layout.Add(ref reader);
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            layout.Mark("The JSON ends here, or what follows is no JSON.");
            return layout.Lines;
        }

        if (layout.Lines.Count >= MaxLines)
        {
            layout.Mark("More lines follow that are not shown: download the message.");
        }

        return layout.Lines;
    }

    private sealed class Layout(SchemaCatalog schemas, IReadOnlyList<Violation> violations, bool isRevealed)
    {
        private readonly ILookup<string, string> _rules = violations.ToLookup(one => one.Path, one => one.Rule);
        private readonly HashSet<string> _met = [];
        private readonly Stack<Container> _open = [];
        private string? _name;
        private string _path = Violation.Whole;

        public List<MessageLine> Lines { get; } = [];

        public void Mark(string text) => Lines.Add(new MessageLine(_open.Count, null, [], text));

        public void Add(ref Utf8JsonReader reader)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    _name = JsonText.Unescape(reader.ValueSpan);
                    return;
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    var isArray = reader.TokenType == JsonTokenType.StartArray;
                    Begin();
                    Lines.Add(Line(new MessagePart(PartKind.Mark, isArray ? "[" : "{")));
                    _open.Push(new Container(_path, isArray));
                    _name = null;
                    return;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    var ended = _open.Pop();
                    AddMissing(ended.Path);
                    _name = null;
                    Lines.Add(new MessageLine(_open.Count, null, [new MessagePart(PartKind.Mark, ended.IsArray ? "]" : "}")], null));
                    return;
                default:
                    Begin();
                    Lines.Add(Line([.. Value(ref reader)]));
                    _name = null;
                    return;
            }
        }

        // Finds the path of what begins, as violations write it.
        private void Begin()
        {
            if (_open.TryPeek(out var parent))
            {
                _path = parent.IsArray
                    ? string.Create(CultureInfo.InvariantCulture, $"{parent.Path}[{parent.Count++}]")
                    : parent.Path == Violation.Whole ? _name! : $"{parent.Path}.{_name}";
            }

            _met.Add(_path);
        }

        private MessageLine Line(params MessagePart[] parts) => new(
            _open.Count, _name is null ? null : ShownName(_name), parts,
            _rules[_path].Any() ? string.Join("; ", _rules[_path]) : null);

        // Members that are missing are marked at the end of the object that lacks them.
        private void AddMissing(string parent)
        {
            var prefix = parent == Violation.Whole ? "" : parent + ".";
            foreach (var violation in violations)
            {
                if (violation.Path != Violation.Whole && violation.Path.StartsWith(prefix, StringComparison.Ordinal)
                    && violation.Path.AsSpan(prefix.Length).IndexOfAny('.', '[') < 0 && _met.Add(violation.Path))
                {
                    Lines.Add(new MessageLine(_open.Count + 1, violation.Path[prefix.Length..], [], violation.Rule));
                }
            }
        }

        private string ShownName(string name) => isRevealed || schemas.HasMember(name) ? name : Dots;

        private List<MessagePart> Value(ref Utf8JsonReader reader)
        {
            var kind = reader.TokenType == JsonTokenType.String ? PartKind.Text : PartKind.Number;
            if (reader.TokenType == JsonTokenType.Null)
            {
                return [new MessagePart(PartKind.Number, "null")];
            }

            if (!isRevealed && !Shown.Contains(WithoutIndexes(_path)))
            {
                return [new MessagePart(PartKind.Masked, Dots)];
            }

            var text = kind == PartKind.Text ? JsonText.Unescape(reader.ValueSpan) : Encoding.UTF8.GetString(reader.ValueSpan);
            return Visible(text, kind);
        }

        private static string WithoutIndexes(string path)
        {
            var plain = new StringBuilder(path.Length);
            var isIndex = false;
            foreach (var c in path)
            {
                isIndex = c == '[' || (isIndex && c != ']');
                if (!isIndex && c != ']')
                {
                    plain.Append(c);
                }
            }

            return plain.ToString();
        }

        // Control and format characters are written as their code points: some reverse the direction of what follows.
        private static List<MessagePart> Visible(string text, PartKind kind)
        {
            var (parts, run) = (new List<MessagePart>(), new StringBuilder());
            foreach (var rune in (text.Length > MaxText ? text[..MaxText] : text).EnumerateRunes())
            {
                if (!VisibleText.IsInvisible(rune))
                {
                    run.Append(rune);
                    continue;
                }

                Flush();
                parts.Add(new MessagePart(PartKind.Invisible, VisibleText.CodePoint(rune)));
            }

            Flush();
            if (text.Length > MaxText)
            {
                parts.Add(new MessagePart(PartKind.Invisible, $"… {text.Length - MaxText} more characters"));
            }

            return parts.Count == 0 ? [new MessagePart(kind, "")] : parts;

            void Flush()
            {
                if (run.Length > 0)
                {
                    parts.Add(new MessagePart(kind, run.ToString()));
                    run.Clear();
                }
            }
        }
    }

    private sealed class Container(string path, bool isArray)
    {
        public string Path { get; } = path;

        public bool IsArray { get; } = isArray;

        public int Count { get; set; }
    }
}

/// <summary>A line of a message.</summary>
/// <param name="Depth">Containers around it.</param>
/// <param name="Name">The name of the member; null in an array.</param>
/// <param name="Parts">Its value, or a bracket.</param>
/// <param name="Problem">The rule that is broken here; null for none.</param>
public sealed record MessageLine(int Depth, string? Name, IReadOnlyList<MessagePart> Parts, string? Problem);

/// <summary>A part of a line.</summary>
public sealed record MessagePart(PartKind Kind, string Text);

public enum PartKind
{
    /// <summary>A bracket.</summary>
    Mark,

    Text,

    /// <summary>A number, true, false or null.</summary>
    Number,

    /// <summary>A value that is not shown.</summary>
    Masked,

    /// <summary>A character that could not be seen, or would change how others are shown.</summary>
    Invisible,
}
