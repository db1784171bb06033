using NUnit.Framework;
using Redox.Media.Api.Pages.Documents;
using Redox.Media.Core.Documents;

namespace Redox.Media.Tests.Api.Pages;

/// <summary>Where the documents of a chain of replacements are drawn.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class ChainLayoutTests
{
    [Test]
    public void A_chain_is_drawn_from_left_to_right()
    {
        var layout = ChainLayout.Of(Chain([("a", "b"), ("b", "this")], [("c", "d"), ("d", null)]));
        Assert.That(layout.Nodes.Select(node => node.Document.DocumentId), Is.EqualTo(new[] { "a", "b", "this", "c", "d" }));
        Assert.That(layout.Nodes.Select(node => node.X), Is.Ordered.And.Unique);
        Assert.That((layout.Edges.Count, layout.Omitted), Is.EqualTo((4, 0)));
        Assert.That(layout.Edges.All(edge => edge.FromX < edge.ToX));
        Assert.That(layout.Nodes[^1].X + ChainLayout.BoxWidth, Is.LessThan(layout.Width));
    }

    [Test]
    public void Two_documents_that_one_replaced_are_above_each_other()
    {
        var layout = ChainLayout.Of(Chain([("a", "this"), ("b", "this")], []));
        var replaced = layout.Nodes.Where(node => !node.IsThis).ToList();
        Assert.That(replaced.Select(node => node.X).Distinct().Count(), Is.EqualTo(1));
        Assert.That(replaced.Select(node => node.Y), Is.Unique);
        Assert.That(layout.Edges, Has.Count.EqualTo(2));
    }

    [Test]
    public void A_document_that_has_a_newer_event_than_its_replacement_has_no_arrow()
    {
        var layout = ChainLayout.Of(Chain([("a", null)], []));
        Assert.That((layout.Nodes.Count, layout.Edges.Count), Is.EqualTo((2, 0)));
    }

    [Test]
    public void Of_a_long_chain_the_nearest_are_drawn_and_the_others_counted()
    {
        var before = Enumerable.Range(0, 20).Select(i => ($"b{i}", (string?)(i == 19 ? "this" : $"b{i + 1}"))).ToArray();
        var layout = ChainLayout.Of(Chain(before, []));
        Assert.That((layout.Nodes.Count, layout.Omitted), Is.EqualTo((5, 16)));
        Assert.That(layout.Nodes.Select(node => node.Document.DocumentId), Is.EqualTo(new[] { "b16", "b17", "b18", "b19", "this" }));
    }

    [Test]
    public void A_circle_is_drawn_once()
    {
        var layout = ChainLayout.Of(Chain([("a", "this")], [("a", "this"), ("this", "a")]));
        Assert.That(layout.Nodes, Has.Count.EqualTo(2));
    }

    private static DocumentChanges Chain((string Id, string? Next)[] before, (string Id, string? Next)[] after) => new()
    {
        Source = "source", DocumentId = "this", State = after.Length > 0 ? "superseded" : "current", EventTime = default, Versions = [],
        IntegrityFailures = [], Before = [.. before.Select(One)], After = [.. after.Select(One)],
    };

    private static ChainDocument One((string Id, string? Next) one) => new()
    {
        DocumentId = one.Id, State = one.Next is null ? "current" : "superseded", EventTime = default, ReplacedBy = one.Next,
    };
}
