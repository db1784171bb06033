using System.Net;
using System.Text;
using Hl7.Fhir.Model;
using Hl7.Fhir.Rest;
using NUnit.Framework;
using Redox.Media.Core.Deliveries;
using Redox.Media.Tests.Support;
using R4Media = Hl7.Fhir.Model.Media;
using Task = System.Threading.Tasks.Task;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>The FHIR API as a client library sees it that is not ours: Hl7.Fhir.R4.</summary>
[TestFixture]
public sealed class FhirClientTests : FhirClientFixture
{
    [Test]
    public async Task The_client_reads_the_capability_statement()
    {
        var statement = await Client.CapabilityStatementAsync();

        Assert.That(statement!.FhirVersion, Is.EqualTo(FHIRVersion.N4_0_1));
    }

    [Test]
    public async Task The_client_creates_and_reads_the_same()
    {
        var created = (await Client.CreateAsync(Photo(FhirService.NewPatient(), "first")))!;

        var read = (await Client.ReadAsync<R4Media>("Media/" + created.Id))!;
        var version = (await Client.ReadAsync<R4Media>($"Media/{created.Id}/_history/{created.Meta!.VersionId}"))!;

        Assert.That(created.Content.Title, Is.EqualTo("first"));
        Assert.That(read.IsExactly(created), "read");
        Assert.That(version.IsExactly(created), "vread");
        Assert.That((await Fhir.GetAsync(read.Content.Url!)).Text, Is.EqualTo("file of first"));
    }

    [Test]
    public async Task The_client_reads_a_created_Media_as_DocumentReference()
    {
        var patient = FhirService.NewPatient();
        var media = Photo(patient);
        media.Contained.Add(new Patient { Id = "p", Identifier = [new Identifier("urn:mrn", patient)] });
        media.Subject = new ResourceReference("#p");
        media.ModifierExtension.Add(new Extension("urn:camera:unsure", new FhirBoolean(true)));
        media.Type = new CodeableConcept("http://loinc.org", "11524-6");

        var created = (await Client.CreateAsync(media))!;
        var reference = (await Client.ReadAsync<DocumentReference>("DocumentReference/" + created.Id))!;

        Assert.That(reference.Subject!.Identifier!.Value, Is.EqualTo(patient));
    }

    [Test]
    public async Task The_client_finds_what_Redox_delivered_as_Media_and_as_DocumentReference()
    {
        var criteria = new SearchParams().Add("identifier", await DeliverAsync());

        var media = (await Client.SearchAsync<R4Media>(criteria))!;
        var references = (await Client.SearchAsync<DocumentReference>(criteria))!;

        Assert.That((media.Total, references.Total), Is.EqualTo((1, 1)));
        Assert.That((await Client.ReadAsync<R4Media>("Media/" + media.Entry.Single().Resource!.Id))!.Content.Title, Is.Not.Empty);
        Assert.That((await Client.ReadAsync<DocumentReference>("DocumentReference/" + references.Entry.Single().Resource!.Id))!.Content, Is.Not.Empty);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task The_client_searches_page_by_page(bool isPosted)
    {
        var patient = FhirService.NewPatient();
        foreach (var title in new[] { "first", "second", "third" })
        {
            await Client.CreateAsync(Photo(patient, title));
        }

        var criteria = new SearchParams().Add("patient", patient).LimitTo(1);
        var titles = new List<string>();
        for (var page = isPosted ? await Client.SearchUsingPostAsync<R4Media>(criteria) : await Client.SearchAsync<R4Media>(criteria);
             page is not null;
             page = await Client.ContinueAsync(page))
        {
            Assert.That(page.Total, Is.EqualTo(3));
            titles.AddRange(page.Entry.Select(entry => ((R4Media)entry.Resource!).Content.Title!));
        }

        Assert.That(titles, Is.EqualTo(new[] { "third", "second", "first" }));
    }

    [Test]
    public async Task The_client_is_given_the_existing_Media_by_a_conditional_create()
    {
        var patient = FhirService.NewPatient();
        var condition = new SearchParams().Add("patient", patient);

        var created = (await Client.ConditionalCreateAsync(Photo(patient), condition))!;
        var again = (await Client.ConditionalCreateAsync(Photo(patient), condition))!;

        Assert.That(again.Id, Is.EqualTo(created.Id));
    }

    [Test]
    public Task An_unknown_id_is_404() =>
        AssertFailsAsync(HttpStatusCode.NotFound, () => Client.ReadAsync<R4Media>("Media/b0000000-0000-4000-8000-000000000000"));

    [Test]
    public async Task A_deleted_document_is_410()
    {
        var documentId = await DeliverAsync();
        var found = (await Client.SearchAsync<R4Media>(new SearchParams().Add("identifier", documentId)))!;
        await Fhir.Service.ApplyAsync(Message.Delete(Fhir.HospitalSource, documentId, TimeProvider.System.GetUtcNow()));

        await AssertFailsAsync(HttpStatusCode.Gone, () => Client.ReadAsync<R4Media>("Media/" + found.Entry.Single().Resource!.Id));
    }

    [Test]
    public async Task A_conditional_create_that_matches_two_is_412()
    {
        var patient = FhirService.NewPatient();
        await Client.CreateAsync(Photo(patient, "first"));
        await Client.CreateAsync(Photo(patient, "second"));

        await AssertFailsAsync(
            HttpStatusCode.PreconditionFailed, () => Client.ConditionalCreateAsync(Photo(patient), new SearchParams().Add("patient", patient)));
    }

    [Test]
    public Task A_file_of_another_type_than_it_says_is_422()
    {
        var media = Photo(FhirService.NewPatient());
        media.Content.ContentType = "image/jpeg";
        media.Content.Data = [0x89, .. "PNG\r\n"u8, 0x1A, .. "\n"u8];
        return AssertFailsAsync(HttpStatusCode.UnprocessableEntity, () => Client.CreateAsync(media));
    }

    [Test]
    public Task An_update_is_405()
    {
        var media = Photo(FhirService.NewPatient());
        media.Id = "x";
        return AssertFailsAsync(HttpStatusCode.MethodNotAllowed, () => Client.UpdateAsync(media));
    }

    [Test]
    public Task An_unknown_search_parameter_is_400() =>
        AssertFailsAsync(HttpStatusCode.BadRequest, () => Client.SearchAsync<R4Media>(new SearchParams().Add("shoeSize", "44")));

    private static async Task AssertFailsAsync<T>(HttpStatusCode status, Func<System.Threading.Tasks.Task<T>> request)
    {
        try
        {
            await request();
            Assert.Fail("The request succeeded.");
        }
        catch (FhirOperationException failure)
        {
            Assert.That(failure.Status, Is.EqualTo(status));
            Assert.That(failure.Outcome?.Issue, Is.Not.Empty, "an OperationOutcome says why");
        }
    }
}
