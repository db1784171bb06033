using Newtonsoft.Json.Linq;
using NUnit.Framework;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir.Search;

namespace Redox.Media.Tests.Core.Fhir.Mapping;

/// <summary>A Media becomes a Redox message together with the values of that message.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class FhirToRedoxMapperTests
{
    [TestCaseSource(typeof(MapperSamples), nameof(MapperSamples.Resources))]
    public void The_values_of_a_mapped_message_are_those_in_its_envelope(string resource)
    {
        var mapped = MapperSamples.Map(resource);

        var message = MapperSamples.Json(mapped.Envelope);
        var patients = message["Patient"]!["Identifiers"]!.Select(id => new PatientIdentifier((string)id["ID"]!, (string?)id["IDType"]));
        Assert.Multiple(() =>
        {
            Assert.That(mapped.Meta.DataModel, Is.EqualTo((string?)message["Meta"]!["DataModel"]));
            Assert.That(mapped.Meta.EventType, Is.EqualTo((string?)message["Meta"]!["EventType"]));
            Assert.That(mapped.Meta.Test, Is.EqualTo((bool)message["Meta"]!["Test"]!));
            Assert.That(mapped.Meta.Source, Is.EqualTo((string?)message["Meta"]!["Source"]!["ID"]));
            Assert.That(mapped.Meta.LogId, Is.EqualTo((string?)message["Meta"]!["Logs"]![0]!["ID"]));
            Assert.That(mapped.Fields.Patient, Is.EqualTo(patients));
            Assert.That(mapped.Fields.VisitNumber, Is.EqualTo((string?)message["Visit"]!["VisitNumber"]));
            Assert.That(mapped.Fields.DocumentId, Is.EqualTo((string?)message["Media"]!["DocumentID"]));
            Assert.That(mapped.Fields.DocumentType, Is.EqualTo((string?)message["Media"]!["DocumentType"]));
            Assert.That(mapped.Fields.IsAvailable, Is.EqualTo((string?)message["Media"]!["Availability"] == "Available"));
        });
    }

    [Test]
    public void The_patient_has_the_identifiers_of_the_contained_resource_and_of_the_reference()
    {
        var fields = MapperSamples.Map(MapperSamples.Rich).Fields;
        Assert.That(fields.Patient, Is.EqualTo(new PatientIdentifier[] { new("U1", null), new("O2", null), new("S1", "urn:z") }));
    }

    [Test]
    public void A_reference_to_this_service_becomes_its_id_and_another_one_is_kept_whole()
    {
        var mapped = MapperSamples.Map(MapperSamples.InError);
        Assert.That(mapped.Fields.Patient, Is.EqualTo(new PatientIdentifier[] { new("77", "FHIR") }));
        var provider = MapperSamples.Json(mapped.Envelope)["Media"]!["Provider"]!;
        Assert.That((string?)provider["ID"], Is.EqualTo("https://elsewhere/Practitioner/4"));
    }

    [Test]
    public void A_resource_in_error_is_unavailable_and_one_with_the_test_label_is_a_test()
    {
        Assert.That(MapperSamples.Map(MapperSamples.InError).Fields.IsAvailable, Is.False);
        Assert.That(MapperSamples.Map(MapperSamples.InError).Meta.Test, Is.False);
        Assert.That(MapperSamples.Map(MapperSamples.Rich).Fields.IsAvailable, Is.True);
        Assert.That(MapperSamples.Map(MapperSamples.Rich).Meta.Test, Is.True);
    }

    [Test]
    public void The_creation_is_that_of_the_resource_with_its_precision()
    {
        Assert.That(FhirDate.TryRead("2026-03-02T10:15:30+01:00", out var instant));
        Assert.That(MapperSamples.Map(MapperSamples.InError).Fields.Created, Is.EqualTo(instant));
        Assert.That(MapperSamples.Map(MapperSamples.Rich).Fields.Created, Is.EqualTo(FhirDate.OfPeriod("2026-03", "2026-04-02")));
    }

    [Test]
    public void The_attribute_form_is_kept_in_the_message() => Assert.That(
        JToken.DeepEquals(
            MapperSamples.Json(MapperSamples.Map(MapperSamples.Rich, """{"integration_type":"x"}""").Envelope)["AsSent"],
            new JObject { ["integration_type"] = "x" }));
}
