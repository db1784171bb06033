using System.Text;
using NUnit.Framework;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>A name that stands twice means one thing to one reader and another to the next: a document under two patients.</summary>
[TestFixture]
public sealed class RepeatedNameTests : FhirFixture
{
    [TestCase("""{"resourceType":"Media","status":"completed","subject":{"reference":"Patient/a"},"subject":{"reference":"Patient/b"},"content":{"title":"x"}}""", "Media.subject")]
    // however it is written
    [TestCase("""{"resourceType":"Media","status":"completed","subject":{"reference":"Patient/a"},"content":{"title":"x"},"s\u0075bject":{"reference":"Patient/b"}}""", "Media.subject")]
    [TestCase("""{"resourceType":"Media","status":"completed","status":"unknown","content":{"title":"x"}}""", "Media.status")]
    [TestCase("""{"resourceType":"Media","resourceType":"Media","status":"completed","content":{"title":"x"}}""", "Media.resourceType")]
    [TestCase("""{"resourceType":"Media","status":"completed","content":{"title":"x"},"content":{"title":"x"}}""", "Media.content")]
    [TestCase("""{"resourceType":"Media","status":"completed","content":{"contentType":"image/png","data":"QQ=="},"content":{"contentType":"image/png","data":"Qg=="}}""", "Media.content")]
    [TestCase("""{"resourceType":"Media","status":"completed","content":{"title":"x"},"note":[{"text":"a"},{"text":"b","text":"c"}]}""", "Media.note[1].text")]
    [TestCase("""{"resourceType":"Media","status":"completed","content":{"title":"x"},"_status":{"id":"a"},"_status":{"id":"b"}}""", "Media._status")]
    [TestCase("""{"resourceType":"Media","status":"completed","content":{"title":"x"},"extension":[{"url":"urn:x","extension":[{"url":"urn:y","valueString":"a","valueString":"b"}]}]}""", "Media.extension[0].extension[0].valueString")]
    // in what is contained too
    [TestCase("""{"resourceType":"Media","status":"completed","content":{"title":"x"},"subject":{"reference":"#p"},"contained":[{"resourceType":"Patient","id":"p","birthDate":"2000","birthDate":"2001"}]}""", "Media.contained[0]")]
    // in what R4 does not know too
    [TestCase("""{"resourceType":"Media","status":"completed","content":{"title":"x"},"canary":{"status":1,"status":2}}""", "Media")]
    // among many too
    [TestCase("""{"resourceType":"Media","status":"completed","content":{"title":"x"},"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1,"j":1,"k":1,"l":1,"m":1,"n":1,"o":1,"canary":1,"canary":1}""", "Media")]
    [TestCase("""{"integration_type":"media","integration_source":"x","integration_source":"fumage"}""", "integration_source")]
    [TestCase("""{"integration_type":"media","integration_source":"fumage","patient_identifier":{"identifier":"1","identifier":"2"}}""", "patient_identifier.identifier")]
    [TestCase("""{"integration_type":"media","integration_payload":{"media":{"content":"QQ==","content":"Qg=="}}}""", "integration_payload.media.content")]
    [TestCase("""{"integration_type":"media","canary":1,"canary":2}""", "")]
    public async Task A_name_that_stands_twice_is_refused(string body, string place)
    {
        var answer = await PostAsync(body);

        Assert.That(answer.Status, Is.EqualTo(400), answer.Text);
        Assert.That(answer.Codes, Is.EqualTo(new[] { "structure" }));
        Assert.That(answer.Expressions, Is.EqualTo(new[] { place }));
        Assert.That(answer.Text, Does.Not.Contain("canary"));
        Assert.That(await Fhir.TraceAsync(answer), Is.EqualTo("refused"));
    }

    [Test]
    public async Task Of_very_many_not_all_are_said()
    {
        var notes = string.Join(',', Enumerable.Repeat("""{"text":"a","text":"b"}""", 1000));
        var answer = await PostAsync($$"""{"resourceType":"Media","status":"completed","content":{"title":"x"},"note":[{{notes}}]}""");

        Assert.That(answer.Status, Is.EqualTo(400));
        Assert.That(answer.Codes, Has.Count.EqualTo(50));
    }

    [Test]
    public async Task The_same_name_in_two_objects_is_none_that_stands_twice() =>
        Assert.That((await PostAsync("""{"resourceType":"Media","status":"completed","content":{"title":"x"},"note":[{"text":"a"},{"text":"a"}],"x":{"x":{"x":1}}}""")).Status, Is.EqualTo(201));

    [TestCase("""{"resourceType":"Media","status":"completed","integration_payload":{"media":{"content":"QQ=="}},"content":{"contentType":"image/png","url":"https://x"}}""")]
    [TestCase("""{"resourceType":"Media","status":"completed","integration_payload":{"media":{"content":"QQ=="}},"content":{"contentType":"image/png","data":"Qg=="}}""")]
    public async Task A_file_in_the_place_of_the_other_form_is_not_taken_for_the_file_of_the_Media(string body)
    {
        var answer = await PostAsync(body);

        Assert.That(answer.Status, Is.EqualTo(400), answer.Text);
        Assert.That(answer.Expressions, Does.Contain("Media.content.data"));
    }

    private Task<FhirAnswer> PostAsync(string body) => Fhir.SendAsync(HttpMethod.Post, "/Media", Encoding.UTF8.GetBytes(body));
}
