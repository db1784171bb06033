using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Redox.Media.Core.Documents;

namespace Redox.Media.Tests.Core.Documents;

[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class JsonChangesTests
{
    [TestCase("""{"a":1}""", """{"a":1}""", "", "", "")]
    [TestCase("""{"a":1,"b":{"c":[1,2]}}""", """{"b":{"c":[1,3,4]},"d":{"e":1}}""", "d b.c[2]", "a", "b.c[1]")]
    [TestCase("""{"a":null}""", """{"a":{}}""", "", "", "a")]
    [TestCase("""{"a":[1,2]}""", """{"a":[1]}""", "", "a[1]", "")]
    [TestCase("""{"Jane Doe":1}""", """{"Jane Doe":2}""", "", "", "*")]
    [TestCase("1", "2", "", "", "$")]
    [TestCase("""{"a":"\ud800"}""", """{"a":"\ud801"}""", "", "", "a")]
    public void Paths_are_listed_and_no_value(string before, string after, string added, string removed, string changed)
    {
        var changes = Between(before, after);

        Assert.That(changes.Added, Is.EquivalentTo(Split(added)));
        Assert.That(changes.Removed, Is.EquivalentTo(Split(removed)));
        Assert.That(changes.Changed, Is.EquivalentTo(Split(changed)));
        Assert.That(changes.IsComplete);
    }

    [Test]
    public void Many_changes_are_listed_up_to_a_limit()
    {
        var changes = Between("{}", new JsonObject(Enumerable.Range(0, 300).Select(n => KeyValuePair.Create<string, JsonNode?>($"a{n}", n)))
            .ToJsonString());

        Assert.That((changes.Added.Count, changes.IsComplete), Is.EqualTo((JsonChanges.MaxPaths, false)));
    }

    [Test]
    public void There_are_no_changes_exactly_between_equal_values_and_the_way_back_is_the_reverse()
    {
        var json = Json(3).ToArbitrary();
        Prop.ForAll(json, json, (before, after) =>
        {
            var (there, back) = (Between(before, after), Between(after, before));
            var isEqual = there.Added.Count + there.Removed.Count + there.Changed.Count == 0;
            return isEqual == (before == after) && Same(there.Added, back.Removed) && Same(there.Removed, back.Added)
                && Same(there.Changed, back.Changed);
        }).QuickCheckThrowOnFailure();
    }

    // Members in one order, so that equal values are equal texts.
    private static Gen<string> Json(int depth)
    {
        var leaf = Gen.Elements("1", "2", "\"x\"", "null", "true");
        if (depth == 0)
        {
            return leaf;
        }

        var inner = Json(depth - 1);
        return Gen.Frequency(
            (2, leaf),
            (2, inner.ListOf().Select(list => "[" + string.Join(",", list.Take(3)) + "]")),
            (3, Gen.SubListOf("a", "b", "c").SelectMany(names => inner.ListOf(names.Count)
                .Select(values => "{" + string.Join(",", names.Zip(values, (name, value) => $"\"{name}\":{value}")) + "}"))));
    }

    private static bool Same(IReadOnlyList<string> one, IReadOnlyList<string> other) => one.Order().SequenceEqual(other.Order());

    private static JsonChanges Between(string before, string after)
    {
        using var one = JsonDocument.Parse(before);
        using var other = JsonDocument.Parse(after);
        return JsonChanges.Between(one.RootElement, other.RootElement);
    }

    private static string[] Split(string paths) => paths.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
