using System.Text;
using NUnit.Framework;
using Redox.Media.Core.Messages;
using Redox.Media.Core.Validation;

namespace Redox.Media.Tests.Core.Messages;

/// <summary>A message as it is shown on a page: masked or not, with its broken places marked.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class MessageLinesTests
{
    private const string Message =
        """
        {"Meta":{"DataModel":"Media","EventType":"New","Source":{"ID":"S-1"}},
         "Patient":{"Identifiers":[{"ID":"0000000001","IDType":"MR"},{"ID":"99"}],"Demographics":{"FirstName":"Canary","SSN":7,"x":true}},
         "JohnDoe1980":"unknown name","Media":{"Notes":null}}
        """;

    private static readonly MessageLines Lines = new(new SchemaCatalog());

    [Test]
    public void Values_that_may_say_something_about_a_patient_are_the_same_dots_whatever_they_are()
    {
        var text = TextOf(Message, isRevealed: false);
        Assert.That(text, Does.Contain("DataModel: Media").And.Contain("EventType: New").And.Contain("ID: S-1").And.Contain("IDType: MR"));
        Assert.That(text, Does.Not.Contain("0000000001").And.Not.Contain("99").And.Not.Contain("Canary").And.Not.Contain("true")
            .And.Not.Contain("SSN: 7"));
        Assert.That(text, Does.Contain("FirstName: ••••••••").And.Contain("SSN: ••••••••"));
    }

    [Test]
    public void Names_that_no_schema_knows_are_masked_too_because_they_may_be_anything()
    {
        Assert.That(TextOf(Message, isRevealed: false), Does.Not.Contain("JohnDoe1980"));
        Assert.That(TextOf(Message, isRevealed: true), Does.Contain("JohnDoe1980: unknown name"));
    }

    [Test]
    public void Revealed_values_are_whole()
    {
        var text = TextOf(Message, isRevealed: true);
        Assert.That(text, Does.Contain("ID: 0000000001").And.Contain("FirstName: Canary").And.Contain("SSN: 7").And.Contain("Notes: null"));
    }

    [Test]
    public void The_place_of_a_broken_rule_is_marked_also_where_a_member_is_missing()
    {
        var lines = Lines.Of(
            Encoding.UTF8.GetBytes(Message),
            [new Violation("Patient.Identifiers[1].ID", "must be longer"), new Violation("Media.FileType", "is required")], false);
        Assert.That(lines.Where(line => line.Problem is not null).Select(line => (line.Depth, line.Name, line.Problem)), Is.EqualTo(new[]
        {
            (4, (string?)"ID", (string?)"must be longer"), (2, "FileType", "is required"),
        }));
    }

    [Test]
    public void Characters_that_cannot_be_seen_or_turn_the_text_around_are_written_as_code_points()
    {
        var text = TextOf("""{"Meta":{"Source":{"Name":"gpj\u202Eexe \u200B\u0000<b>"}}}""", isRevealed: true);
        Assert.That(text, Does.Contain("gpj⟨U+202E⟩exe ⟨U+200B⟩⟨U+0000⟩<b>"));
    }

    [Test]
    public void A_text_that_is_longer_than_a_page_is_cut_and_says_so()
    {
        var text = TextOf("{\"Meta\":{\"DataModel\":\"" + new string('x', 5_000) + "\"}}", isRevealed: true);
        Assert.That(text, Does.Contain("… 3000 more characters"));
    }

    [TestCase("{\"Meta\":{\"DataModel\":\"Media\",", Description = "cut off")]
    [TestCase("{\"Meta\":{\"DataModel\":\"Media\",]", Description = "no JSON")]
    [TestCase("{\"Meta\":{\"DataModel\":\"Media\",\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
        Description = "nested too deeply")]
    public void What_is_no_whole_JSON_is_shown_as_far_as_it_can_be_read(string json)
    {
        var lines = Lines.Of(Encoding.UTF8.GetBytes(json), [], isRevealed: true);
        Assert.That(lines[2].Parts.Single().Text, Is.EqualTo("Media"));
        Assert.That(lines[^1].Problem, Does.StartWith("The JSON ends here"));
    }

    private static string TextOf(string json, bool isRevealed) => string.Join('\n', Lines.Of(Encoding.UTF8.GetBytes(json), [], isRevealed)
        .Select(line => (line.Name is null ? "" : line.Name + ": ") + string.Concat(line.Parts.Select(part => part.Text))));
}
