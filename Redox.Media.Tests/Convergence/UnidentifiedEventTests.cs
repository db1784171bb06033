using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Core.Documents;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Convergence;

/// <summary>Events without any ID and time: one is a duplicate only while what it brought is current.</summary>
[TestFixture, Category("Database")]
public sealed class UnidentifiedEventTests : ArchiveFixture
{
    [TestCase("New-A Delete New-A", "created deleted revived", "A")]
    [TestCase("New-A New-B New-A", "created revised revised", "A")]
    [TestCase("New-A Delete Delete New-A New-A Delete", "created deleted duplicate revived duplicate deleted", "")]
    [TestCase("New-A New-A New-B New-B", "created duplicate revised duplicate", "B")]
    [TestCase("Replace-A Replace-A New-B Replace-A", "replaced-unknown duplicate revised replaced", "A")]
    [TestCase("Replace-A Original Replace-A Replace-A", "replaced-unknown revised replaced duplicate", "A")]
    [TestCase("New-A New-B-with-ID New-A New-A", "created revised revised duplicate", "A")] // the other event need not be like it
    [TestCase("New-A-with-ID New-A New-A", "created unchanged duplicate", "A")] // the first without an ID is not a duplicate
    public async Task Is_a_duplicate_while_what_it_brought_is_current_and_applied_otherwise(
        string story, string expected, string content)
    {
        var outcomes = new List<string>();
        foreach (var (step, i) in story.Split(' ').Select((step, i) => (step, i)))
        {
            outcomes.Add((await Driver.DeliverAsync(EventOf(step, i), At(i))).Outcome);
        }

        Assert.That(string.Join(' ', outcomes), Is.EqualTo(expected));
        Assert.That(await ReadAsync("D-1"), Is.EqualTo(content));
    }

    [Test]
    public async Task A_time_that_cannot_be_read_is_none()
    {
        string[] outcomes =
        [
            await DeliverAsync(Message.New(Source, "D-1").With("Meta.EventDateTime", "yesterday"), 0),
            await DeliverAsync(Message.Delete(Source, "D-1").With("Meta.EventDateTime", "yesterday"), 1),
            await DeliverAsync(Message.New(Source, "D-1").With("Meta.EventDateTime", "yesterday"), 2),
        ];

        Assert.That(outcomes, Is.EqualTo(new[] { "created", "deleted", "revived" }));
    }

    [Test]
    public async Task With_a_time_of_its_own_it_is_applied_once()
    {
        string[] outcomes =
        [
            await DeliverAsync(Message.New(Source, "D-1", At(0)), 0),
            await DeliverAsync(Message.Delete(Source, "D-1", At(1)), 1),
            await DeliverAsync(Message.New(Source, "D-1", At(0)), 2),
        ];

        Assert.That(outcomes, Is.EqualTo(new[] { "created", "deleted", "duplicate" }));
    }

    [Test]
    public async Task Many_at_once_make_one_version()
    {
        var message = Message.New(Source, "D-1").Without("Meta.Logs");

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Driver.DeliverAsync(message, At(i), connection: i)));

        Assert.That(outcomes.Count(receipt => receipt.Outcome == "created"), Is.EqualTo(1));
        Assert.That(outcomes.Count(receipt => receipt.Outcome == "duplicate"), Is.EqualTo(11));
        Assert.That((await Store.FindDocumentAsync(DocumentKey.Of(Source, "D-1"), default))!.Versions, Has.Count.EqualTo(1));
    }

    private async Task<string> DeliverAsync(JObject message, int minute) =>
        (await Driver.DeliverAsync(message.Without("Meta.Logs"), At(minute))).Outcome;

    private JObject EventOf(string step, int minute)
    {
        var message = step.Split('-') switch
        {
            ["New", var content, ..] => Message.New(Source, "D-1", content: content),
            ["Replace", var content] => Message.Replace(Source, "D-0", "D-1", content: content),
            ["Original"] => Message.New(Source, "D-0"),
            _ => Message.Delete(Source, "D-1"),
        };
        return step.EndsWith("ID", StringComparison.Ordinal)
            ? message.With("Meta.EventDateTime", At(minute).ToString("O", System.Globalization.CultureInfo.InvariantCulture))
            : message.Without("Meta.Logs");
    }
}
