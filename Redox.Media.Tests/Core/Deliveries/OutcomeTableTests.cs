using System.Globalization;
using System.Text;
using NUnit.Framework;
using Redox.Media.Core.Deliveries;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Core.Deliveries;

[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class OutcomeTableTests
{
    private static readonly Caller Engine = new Caller.Engine();
    private static readonly Caller Client = new Caller.Client("app", null);

    /// <summary>The store's results for events that are set aside then.</summary>
    private static readonly Outcome[] StoreOnly = [Outcome.OtherPatient, Outcome.HiddenDocument, Outcome.MovedDocument];

    [Test]
    public void Every_outcome_has_one_row() =>
        Assert.That(OutcomeTable.All.Select(row => row.Outcome), Is.EqualTo(Enum.GetValues<Outcome>()));

    [Test]
    public void Names_are_unique_and_can_be_parsed() => Assert.Multiple(() =>
    {
        foreach (var row in OutcomeTable.All)
        {
            Assert.That(OutcomeTable.Parse(row.Outcome.Name()), Is.EqualTo(row.Outcome));
            Assert.That(row.Name, Does.Match("^[a-z]+(-[a-z]+)*$"));
        }
    });

    [Test]
    public void The_engine_gets_200_for_everything_that_a_retry_cannot_help_once_it_is_stored() => Assert.Multiple(() =>
    {
        foreach (var row in OutcomeTable.All.Where(row => row.EngineStatus != 200))
        {
            Assert.That(
                row.Outcome,
                Is.AnyOf(Outcome.Truncated, Outcome.TooSlow, Outcome.TooLarge, Outcome.QueryRefused)
                    .Or.EqualTo(Outcome.Forbidden) // of the engine's messages only a query, which is not repeated
                    .Or.AnyOf(Outcome.Refused, Outcome.Unprocessable, Outcome.SeveralMatches), // clients only
                row.Name);
        }
    });

    [Test]
    public void A_client_is_told_of_every_message_that_was_not_applied() => Assert.Multiple(() =>
    {
        foreach (var row in OutcomeTable.All)
        {
            var isRejected = row.FhirCode is not null || row.Outcome is Outcome.SetAside || StoreOnly.Contains(row.Outcome);
            Assert.That(row.ClientStatus >= 400, Is.EqualTo(isRejected), row.Name);
            Assert.That(row.FhirStatus is null || row.FhirStatus >= 400 == row.FhirCode is not null, row.Name);
        }
    });

    [Test]
    public void The_bytes_of_everything_that_was_not_applied_are_recorded() => Assert.Multiple(() =>
    {
        foreach (var row in OutcomeTable.All.Where(row => row.Outcome != Outcome.SeveralMatches))
        {
            Assert.That(row.RecordsBody, Is.EqualTo(row.ClientStatus >= 400), row.Name);
        }
    });

    [TestCase(Outcome.SetAside, false, 200, 400)]
    [TestCase(Outcome.SetAside, true, 400, 400)]
    [TestCase(Outcome.NotRedox, false, 200, 400)]
    [TestCase(Outcome.NotRedox, true, 400, 400)]
    [TestCase(Outcome.Created, true, 200, 200)]
    [TestCase(Outcome.TooLarge, false, 413, 413)]
    public void Redox_InvalidEvents_decides_what_the_engine_is_told_of_a_set_aside_message(
        Outcome outcome, bool rejects, int engine, int client) =>
        Assert.That(
            (OutcomeTable.RedoxStatus(outcome, Engine, rejects), OutcomeTable.RedoxStatus(outcome, Client, rejects)),
            Is.EqualTo((engine, client)));

    [Test]
    public void The_documentation_shows_this_table() => DocumentationFile.AssertIs("docs/outcomes.md", Document());

    private static string Document()
    {
        var text = new StringBuilder(
            """
            # Outcomes

            Every delivery ends with one outcome. It is in the response of the Redox endpoint (`Outcome`), in the delivery's row, in the log
            and in the metrics. This page is written from the table in the code (`Redox.Media.Core/Deliveries/OutcomeTable.cs`) by its test.

            "Bytes" says whether the raw body is stored with the delivery. `set-aside` and `unintelligible` are 400 for the engine too when
            `Redox:InvalidEvents` is `Reject`.

            | outcome | engine | client | FHIR API | FHIR issue | bytes | meaning | next step |
            | --- | --- | --- | --- | --- | --- | --- | --- |

            """);
        foreach (var row in OutcomeTable.All.Where(row => !StoreOnly.Contains(row.Outcome)))
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"| `{row.Name}` | {row.EngineStatus} | {row.ClientStatus} | "
                    + $"{row.FhirStatus?.ToString(CultureInfo.InvariantCulture) ?? "–"} "
                + $"| {row.FhirCode ?? "–"} | {(row.RecordsBody ? "yes" : "–")} | {row.Meaning} | {row.NextStep ?? "–"} |\n");
        }

        return text.ToString();
    }
}
