using Redox.Media.Core.Documents;

namespace Redox.Media.Api.Pages.Documents;

/// <summary>Where the documents of a chain of replacements are drawn: a column for each step, from left to right.</summary>
public sealed record ChainLayout
{
    public const int BoxWidth = 224, BoxHeight = 52;

    /// <summary>Columns beside that of the document, in each direction, and documents of a column; the text has all.</summary>
    private const int MaxColumns = 4, MaxRows = 6;

    private const int GapX = 44, GapY = 12, Margin = 2;

    public IReadOnlyList<ChainNode> Nodes { get; private init; } = [];

    public IReadOnlyList<ChainEdge> Edges { get; private init; } = [];

    public int Width { get; private init; }

    public int Height { get; private init; }

    /// <summary>How many documents are not drawn.</summary>
    public int Omitted { get; private init; }

    public static ChainLayout Of(DocumentChanges document)
    {
        var own = new ChainDocument { DocumentId = document.DocumentId, State = document.State, EventTime = document.EventTime };
        var columns = Columns(document, own);
        var drawn = columns.Where(one => Math.Abs(one.Value) <= MaxColumns).GroupBy(one => one.Value).OrderBy(column => column.Key)
            .Select(column => column.Select(one => one.Key).OrderByDescending(one => one == own).Take(MaxRows).ToList()).ToList();
        var nodes = drawn.SelectMany((column, x) => column.Select((one, y) => new ChainNode(
            one, Margin + (x * (BoxWidth + GapX)), Margin + (y * (BoxHeight + GapY)), one == own))).ToList();
        return new ChainLayout
        {
            Nodes = nodes,
            Edges =
            [
                .. from node in nodes
                   let next = node.IsThis ? document.After.Count > 0 ? document.After[0].DocumentId : null : node.Document.ReplacedBy
                   from other in nodes
                   where next is not null && other.Document.DocumentId == next && other.X > node.X
                   select new ChainEdge(
                       node.X + BoxWidth, node.Y + (BoxHeight / 2), other.X, other.Y + (BoxHeight / 2)),
            ],
            Width = (drawn.Count * (BoxWidth + GapX)) - GapX + (2 * Margin),
            Height = (drawn.Max(column => column.Count) * (BoxHeight + GapY)) - GapY + (2 * Margin),
            Omitted = columns.Count - nodes.Count,
        };
    }

    // What was replaced is left of what replaced it; a document that has a newer event than its replacement is beside the others.
    private static Dictionary<ChainDocument, int> Columns(DocumentChanges document, ChainDocument own)
    {
        var columns = new Dictionary<ChainDocument, int>(ReferenceEqualityComparer.Instance) { [own] = 0 };
        var places = new Dictionary<string, int> { [document.DocumentId] = 0 };
        foreach (var before in document.Before.Reverse())
        {
            var column = before.ReplacedBy is { } next && places.TryGetValue(next, out var place) ? place - 1 : -1;
            if (places.TryAdd(before.DocumentId, column))
            {
                columns.Add(before, column);
            }
        }

        foreach (var (after, step) in document.After.Select((after, step) => (after, step)))
        {
            if (places.TryAdd(after.DocumentId, step + 1))
            {
                columns.Add(after, step + 1);
            }
        }

        return columns;
    }
}

/// <summary>A document in the drawing.</summary>
/// <param name="IsThis">Whether it is the document of the page.</param>
public sealed record ChainNode(ChainDocument Document, int X, int Y, bool IsThis);

/// <summary>An arrow.</summary>
public sealed record ChainEdge(int FromX, int FromY, int ToX, int ToY);
