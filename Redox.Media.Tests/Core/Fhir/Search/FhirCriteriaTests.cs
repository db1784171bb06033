using System.Text.Json;
using NUnit.Framework;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir.Search;

namespace Redox.Media.Tests.Core.Fhir.Search;

/// <summary>A criterion of a search has a lookup key of every document that it should find, and of no other.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class FhirCriteriaTests
{
    private const string ServiceBase = "https://media.example/fhir";

    private const string Media =
        """
        {"resourceType":"Media","status":"completed","identifier":[{"system":"urn:i","value":"I1"},{"value":"I2"}],
        "type":{"coding":[{"system":"urn:t","code":"photo"}]},
        "subject":{"reference":"Patient/1","identifier":{"system":"urn:p","value":"P1"}},
        "encounter":{"reference":"https://media.example/fhir/Encounter/5/_history/2"},"content":{"title":"x"}}
        """;

    private static readonly Guid[] Keys = KeysOf(Media);

    [TestCase("1", true)]
    [TestCase("Patient/1", true)]
    [TestCase("https://media.example/fhir/Patient/1", true)]
    [TestCase("Patient/1/_history/3", true)]
    [TestCase("2", false)]
    [TestCase("Group/1", false)]
    [TestCase("https://elsewhere/fhir/Patient/1", false)]
    public void A_subject_is_found_by_reference(string value, bool isFound) =>
        Assert.That(Finds(FhirCriteria.Reference("subject", [value], null, ServiceBase).ResourceKeys), Is.EqualTo(isFound));

    [Test]
    public void A_reference_of_another_type_than_the_parameter_has_no_key()
    {
        Assert.That(FhirCriteria.Reference("subject", ["Patient/1"], ["Group"], ServiceBase).ResourceKeys, Is.Empty);
        Assert.That(FhirCriteria.Reference("subject", ["1"], ["Group"], ServiceBase).ResourceKeys, Has.Count.EqualTo(1));
        Assert.That(Finds(FhirCriteria.Reference("subject", ["1"], ["Group"], ServiceBase).ResourceKeys), Is.False);
    }

    [Test]
    public void A_versioned_reference_to_this_service_is_found_by_the_id() =>
        Assert.That(Finds(FhirCriteria.Reference("encounter", ["5"], ["Encounter"], ServiceBase).ResourceKeys));

    [TestCase(null, "I1", true)]
    [TestCase("urn:i", "I1", true)]
    [TestCase("", "I1", false)]
    [TestCase("urn:other", "I1", false)]
    [TestCase("", "I2", true)]
    [TestCase(null, "P1", false)]
    public void An_identifier_is_found_by_its_value_and_its_system(string? system, string value, bool isFound) =>
        Assert.That(Finds(FhirCriteria.Identifiers([new FhirToken(system, value)]).ResourceKeys), Is.EqualTo(isFound));

    [TestCase(null, "P1", true)]
    [TestCase("urn:p", "P1", true)]
    [TestCase("", "P1", false)]
    [TestCase(null, "I1", false)]
    public void A_subject_is_found_by_identifier(string? system, string value, bool isFound) => Assert.That(
        Finds(FhirCriteria.ReferenceIdentifier("subject", [new FhirToken(system, value)]).ResourceKeys), Is.EqualTo(isFound));

    [Test]
    public void An_identifier_without_a_system_finds_patients_and_visits_from_Redox()
    {
        FhirToken[] tokens = [new(null, "A"), new("urn:p", "B")];
        Assert.That(FhirCriteria.ReferenceIdentifier("subject", tokens).RedoxKeys, Is.EqualTo(new[] { LookupKey.PatientId("A") }));
        Assert.That(FhirCriteria.ReferenceIdentifier("encounter", tokens).RedoxKeys, Is.EqualTo(new[] { LookupKey.VisitNumber("A") }));
    }

    [Test]
    public void A_DocumentID_is_found_by_its_source_or_in_any()
    {
        FhirToken[] tokens = [new(null, "D"), new("urn:redox:source:a%20b", "D"), new("urn:other", "D")];
        Assert.That(
            FhirCriteria.Identifiers(tokens).DocumentIds,
            Is.EqualTo(new (Guid, string?)[] { (LookupKey.DocumentId("D"), null), (LookupKey.DocumentId("D"), "a b") }));
    }

    [Test]
    public void Completed_finds_every_document_from_Redox_and_another_status_is_selective()
    {
        var completed = FhirCriteria.Status(["completed", "stopped"]);
        Assert.That((Finds(completed.ResourceKeys), completed.AnyRedox, completed.IsUsuallySelective), Is.EqualTo((true, true, false)));
        var stopped = FhirCriteria.Status(["stopped"]);
        Assert.That((Finds(stopped.ResourceKeys), stopped.AnyRedox, stopped.IsUsuallySelective), Is.EqualTo((false, false, true)));
    }

    [Test]
    public void A_type_is_found_by_its_code_and_in_documents_from_Redox_by_the_kind_of_file()
    {
        var fields = new DocumentFields { DocumentId = "D", Patient = [], MediaType = "image" };
        Assert.That(Finds(FhirCriteria.Type([new FhirToken("urn:t", "photo")]).ResourceKeys));
        Assert.That(FhirCriteria.Type([new FhirToken(null, "image")]).RedoxKeys, Is.EqualTo(fields.LookupKeys()));
        Assert.That(FhirCriteria.Type([new FhirToken("urn:t", "image")]).RedoxKeys, Is.Empty);
    }

    [Test]
    public void Every_resource_has_the_key_of_documents_created_by_FHIR() => Assert.That(Keys, Does.Contain(FhirSearch.CreatedByFhirKey));

    private static bool Finds(IEnumerable<Guid> keys) => keys.Intersect(Keys).Any();

    private static Guid[] KeysOf(string media)
    {
        using var document = JsonDocument.Parse(media);
        return FhirKeys.Of(document.RootElement, ServiceBase);
    }
}
