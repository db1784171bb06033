using System.Net.Http.Headers;
using System.Text;
using Hl7.Fhir.Model;
using Hl7.Fhir.Rest;
using NUnit.Framework;
using Redox.Media.Tests.Support;
using R4Media = Hl7.Fhir.Model.Media;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>A running service with the client of Hl7.Fhir.R4, which reads strictly.</summary>
public abstract class FhirClientFixture : FhirFixture
{
    private HttpClient? _http;
    private BaseFhirClient? _client;

    protected BaseFhirClient Client => _client!;

    [OneTimeSetUp]
    public void Connect_the_client()
    {
        _http = new HttpClient(new StrictFhirHandler(new SocketsHttpHandler { UseProxy = false }));
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", FhirService.Token);
        var settings = new FhirClientSettings { ReturnPreference = ReturnPreference.Representation, PreferredFormat = ResourceFormat.Json };
        _client = new FhirClient(Fhir.Service.Address, _http, settings).WithStrictSerializer();
    }

    [OneTimeTearDown]
    public void Disconnect_the_client()
    {
        _client?.Dispose();
        _http?.Dispose();
    }

    /// <summary>A photo of a patient.</summary>
    protected static R4Media Photo(string patient, string title = "a photo") => new()
    {
        Status = EventStatus.Completed,
        Subject = new ResourceReference("Patient/" + patient),
        Content = new Attachment { ContentType = "image/png", Data = Encoding.UTF8.GetBytes("file of " + title), Title = title },
        Note = [new Annotation { Text = "made by a library" }],
    };

    /// <summary>Delivers a document as a hospital does through Redox, and returns its DocumentID.</summary>
    protected async System.Threading.Tasks.Task<string> DeliverAsync()
    {
        var documentId = Message.NewDocumentId();
        await Fhir.Service.ApplyAsync(Message.New(Fhir.HospitalSource, documentId).With("Media.DocumentDescription", "a scan")
            .With("Media.ServiceDateTime", "2026-03-02T10:00:00.000").With("Media.Authenticated", "True").With("Meta.FacilityCode", "F-1")
            .With("Patient.Demographics.FirstName", "Nora").With("Patient.Demographics.DOB", "1979-11-30").With("Patient.Demographics.Sex", "Female"));
        return documentId;
    }
}
