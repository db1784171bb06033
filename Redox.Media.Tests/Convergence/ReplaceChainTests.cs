using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Convergence;

/// <summary>
/// Chains, forks and circles of Replace, in every order of arrival. A step is "A" (New), "A>B" (Replace) or "-A" (Delete); its place in
/// the list is its event time, in minutes. Expected: where each ID leads to in the end, "." for nowhere.
/// </summary>
[TestFixture, Category("Database")]
public sealed class ReplaceChainTests : ArchiveFixture
{
    [TestCase("A A>B B>C", "A=C B=C C=C")] // a chain leads to its end
    [TestCase("A>B B>C", "A=C B=C C=C")] // a chain whose first document never came
    [TestCase("A B>C", "A=A B=C C=C")] // a chain whose middle never arrives loses nothing
    [TestCase("A A>B C>D", "A=B B=B C=D D=D")] // two halves without their link stay apart
    [TestCase("A B A>B", "A=B B=B")] // a replace by a document that is known
    [TestCase("A A>B A>C", "A=C B=B C=C")] // a fork leads to the newer branch and keeps the other
    [TestCase("A B A>C B>C", "A=C B=C C=C")] // two documents replaced by one
    [TestCase("A>B B>A", "A=A B=A")] // a circle ends at the newest
    [TestCase("A A>B B>A A>B", "A=B B=B")] // round the circle and on
    [TestCase("A>B B>C C>A", "A=A B=A C=A")] // a circle of three
    [TestCase("A A>A", "A=A")] // a document replaced by itself is current
    [TestCase("A>A A>B", "A=B B=B")] // replaced by itself and then by another
    [TestCase("A A>B -B", "A=. B=.")] // its end deleted a chain leads nowhere
    [TestCase("A A>B -A B>C", "A=. B=C C=C")] // a superseded document deleted leaves its successor
    [TestCase("A A>B -B B>C", "A=C B=C C=C")] // its middle deleted and then replaced
    [TestCase("-A A>B", "A=B B=B")] // a delete before the replace
    [TestCase("-B A>B", "A=B B=B")] // a delete of the successor before it came
    [TestCase("A -C A>B B>C", "A=C B=C C=C")] // a delete of the end before it came
    [TestCase("A A>B A", "A=A B=B")] // a new after its replace is current again
    [TestCase("A A>B -A A", "A=A B=B")] // a new after a delete of the superseded
    [TestCase("A>B B>C -C C>A", "A=A B=A C=A")] // a delete within a circle
    public async Task Replaces_lead_to_the_same_end_in_every_order(string story, string expected)
    {
        var steps = story.Split(' ');
        foreach (var order in Permutations(Enumerable.Range(0, steps.Length).ToList()))
        {
            var name = "-" + Guid.NewGuid().ToString("N");
            foreach (var i in order)
            {
                await Driver.DeliverAsync(Step(steps[i], i, name));
            }

            var ends = expected.Split(' ').Select(end => end.Split('=')[0]);
            var found = await Task.WhenAll(ends.Select(async id => $"{id}={await EndAsync(id + name)}"));

            Assert.That(string.Join(' ', found)
                .Replace(name, ""), Is.EqualTo(expected), $"arrival {string.Join(", ", order.Select(i => steps[i]))}");
        }
    }

    [Test]
    public async Task At_one_and_the_same_time_the_log_IDs_decide_where_a_circle_ends()
    {
        foreach (var order in Permutations(new[] { 1, 2, 3 }))
        {
            var name = "-" + Guid.NewGuid().ToString("N");
            foreach (var log in order)
            {
                await Driver.DeliverAsync(Step(log switch { 1 => "A>B", 2 => "C>A", _ => "B>C" }, 0, name).WithLog($"log-{log}"));
            }

            string[] ends = [await EndAsync("A" + name), await EndAsync("B" + name), await EndAsync("C" + name)];

            Assert.That(ends, Is.EqualTo(new[] { "A" + name, "C" + name, "C" + name }), $"arrival {string.Join(", ", order)}");
        }
    }

    [Test]
    public async Task A_long_chain_is_followed_to_its_end_whatever_came_first()
    {
        const int Links = 60;
        var name = "-" + Guid.NewGuid().ToString("N");
        var order = Enumerable.Range(0, Links).ToArray();
        new Random(1).Shuffle(order);
        foreach (var i in order)
        {
            await Driver.DeliverAsync(Message.Replace(Source, i + name, (i + 1) + name, At(i)));
        }

        Assert.That(await EndAsync(0 + name), Is.EqualTo(Links + name));
    }

    private async Task<string> EndAsync(string id) => await FindAsync(id) is { Length: > 0 } found ? found : ".";

    private JObject Step(string step, int minute, string name) => step.Split('>') switch
    {
        [var from, var to] => Message.Replace(Source, from + name, to + name, At(minute)),
        _ when step[0] == '-' => Message.Delete(Source, step[1..] + name, At(minute)),
        _ => Message.New(Source, step + name, At(minute), $"content of minute {minute}"),
    };
}
