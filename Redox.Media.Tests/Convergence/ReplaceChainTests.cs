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
    [TestCase("A A>B B>C", "A=C B=C C=C", TestName = "A_chain_leads_to_its_end")]
    [TestCase("A>B B>C", "A=C B=C C=C", TestName = "A_chain_whose_first_document_never_came")]
    [TestCase("A B>C", "A=A B=C C=C", TestName = "A_chain_whose_middle_never_arrives_loses_nothing")]
    [TestCase("A A>B C>D", "A=B B=B C=D D=D", TestName = "Two_halves_without_their_link_stay_apart")]
    [TestCase("A B A>B", "A=B B=B", TestName = "A_replace_by_a_document_that_is_known")]
    [TestCase("A A>B A>C", "A=C B=B C=C", TestName = "A_fork_leads_to_the_newer_branch_and_keeps_the_other")]
    [TestCase("A B A>C B>C", "A=C B=C C=C", TestName = "Two_documents_replaced_by_one")]
    [TestCase("A>B B>A", "A=A B=A", TestName = "A_circle_ends_at_the_newest")]
    [TestCase("A A>B B>A A>B", "A=B B=B", TestName = "Round_the_circle_and_on")]
    [TestCase("A>B B>C C>A", "A=A B=A C=A", TestName = "A_circle_of_three")]
    [TestCase("A A>A", "A=A", TestName = "A_document_replaced_by_itself_is_current")]
    [TestCase("A>A A>B", "A=B B=B", TestName = "Replaced_by_itself_and_then_by_another")]
    [TestCase("A A>B -B", "A=. B=.", TestName = "Its_end_deleted_a_chain_leads_nowhere")]
    [TestCase("A A>B -A B>C", "A=. B=C C=C", TestName = "A_superseded_document_deleted_leaves_its_successor")]
    [TestCase("A A>B -B B>C", "A=C B=C C=C", TestName = "Its_middle_deleted_and_then_replaced")]
    [TestCase("-A A>B", "A=B B=B", TestName = "A_delete_before_the_replace")]
    [TestCase("-B A>B", "A=B B=B", TestName = "A_delete_of_the_successor_before_it_came")]
    [TestCase("A -C A>B B>C", "A=C B=C C=C", TestName = "A_delete_of_the_end_before_it_came")]
    [TestCase("A A>B A", "A=A B=B", TestName = "A_new_after_its_replace_is_current_again")]
    [TestCase("A A>B -A A", "A=A B=B", TestName = "A_new_after_a_delete_of_the_superseded")]
    [TestCase("A>B B>C -C C>A", "A=A B=A C=A", TestName = "A_delete_within_a_circle")]
    public async Task In_every_order(string story, string expected)
    {
        var steps = story.Split(' ');
        foreach (var order in Permutations(Enumerable.Range(0, steps.Length).ToList()))
        {
            var name = "-" + Guid.NewGuid().ToString("N");
            foreach (var i in order)
            {
                await Door.DeliverAsync(Step(steps[i], i, name));
            }

            var ends = expected.Split(' ').Select(end => end.Split('=')[0]);
            var found = await Task.WhenAll(ends.Select(async id => $"{id}={await EndAsync(id + name)}"));

            Assert.That(string.Join(' ', found).Replace(name, ""), Is.EqualTo(expected), $"arrival {string.Join(", ", order.Select(i => steps[i]))}");
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
                await Door.DeliverAsync(Step(log switch { 1 => "A>B", 2 => "C>A", _ => "B>C" }, 0, name).WithLog($"log-{log}"));
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
            await Door.DeliverAsync(Message.Replace(Source, i + name, (i + 1) + name, At(i)));
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
