using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Tests.Core.Fhir.Validation;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>Dates at the end of the calendar, and dates of Redox that have no time.</summary>
[TestFixture]
public sealed class DateTests : FhirFixture
{
    [TestCase("9999")]
    [TestCase("9999-12")]
    [TestCase("9999-12-31")]
    [TestCase("9999-12-31T23:59:59Z")]
    [TestCase("0001")]
    public async Task A_date_at_an_end_of_the_calendar_is_legal_everywhere(string date)
    {
        var (media, patient) = (FhirService.Media(), FhirService.NewPatient());
        media["subject"]!["reference"] = "Patient/" + patient;
        media["createdDateTime"] = date;
        media["identifier"] = new JArray(new JObject { ["value"] = "1", ["period"] = new JObject { ["start"] = "0001", ["end"] = date } });
        media["content"]!["creation"] = date;
        media["note"]![0]!["time"] = date;

        var created = await Fhir.CreateAsync(media, ("Prefer", "return=minimal"));
        var found = await Fhir.GetAsync($"/Media?patient={patient}&created={Uri.EscapeDataString(date)}");
        var reference = await Fhir.GetAsync($"/DocumentReference?patient={patient}&period={Uri.EscapeDataString(date)}");

        Assert.That(created.Status, Is.EqualTo(201), created.Text);
        Assert.That((int?)found.Json["total"], Is.EqualTo(1), found.Text);
        Assert.That((int?)reference.Json["total"], Is.EqualTo(1), reference.Text);
        Assert.That((string?)found.Json["entry"]![0]!["resource"]!["createdDateTime"], Is.EqualTo(date));
    }

    [TestCase("9999", 1)]
    [TestCase("9999-12-31", 0)]
    [TestCase("le9999-12-31", 2)]
    [TestCase("ge9999", 1)]
    [TestCase("lt9999", 1)]
    [TestCase("gt9999-12-31", 0)]
    [TestCase("sa9999-12-31", 0)]
    [TestCase("eb9999-12-31", 2)]
    [TestCase("ne9999", 1)]
    [TestCase("ge0001-01-01", 2)]
    public async Task A_search_may_name_the_end_of_the_calendar(string date, int total)
    {
        var patient = FhirService.NewPatient();
        foreach (var created in new[] { "2026-03-02", "9999-06" })
        {
            var media = FhirService.Media(patient);
            media["createdDateTime"] = created;
            await Fhir.CreateAsync(media);
        }

        var found = await Fhir.GetAsync($"/Media?patient={patient}&created={date}");
        var updated = await Fhir.GetAsync($"/Media?patient={patient}&_lastUpdated={date}");

        Assert.That((found.Status, (int?)found.Json["total"]), Is.EqualTo((200, (int?)total)), found.Text);
        Assert.That(updated.Status, Is.EqualTo(200), updated.Text);
    }

    [TestCase("2026-02-30")]
    [TestCase("2026-02-29")]
    [TestCase("2026-04-31T10:00:00Z")]
    public async Task A_day_that_its_month_does_not_have_is_illegal(string date)
    {
        var media = FhirService.Media();
        media["createdDateTime"] = date;

        Assert.That((await Fhir.CreateAsync(media)).Expressions, Is.EqualTo(new[] { "Media.created" }));
    }

    [TestCase("20260302", "2026-03-02")]
    [TestCase(" 2026-03-02 ", "2026-03-02")]
    [TestCase("2026-061", "2026-03-02")]
    [TestCase("2026061", "2026-03-02")]
    [TestCase("2026-W10-1", "2026-03-02")]
    [TestCase("2026-W10", null)] // a week is neither a day nor a month
    [TestCase("99991231", "9999-12-31")]
    [TestCase("20260302T1015", "2026-03-02T10:15:00Z")]
    [TestCase("2026-03-02 10:15:30", "2026-03-02T10:15:30Z")]
    [TestCase("20260302T101530-0500", "2026-03-02T15:15:30Z")]
    [TestCase("2026-03", "2026-03")]
    public async Task A_date_of_Redox_keeps_its_precision(string date, string? expected)
    {
        var documentId = Message.NewDocumentId();
        await Fhir.Service.ApplyAsync(Message.New(Fhir.HospitalSource, documentId)
            .With("Media.ServiceDateTime", date).With("Media.CreationDateTime", date).With("Patient.Demographics.DOB", date));

        var media = (JObject)(await Fhir.GetAsync("/Media?identifier=" + documentId)).Json["entry"]![0]!["resource"]!;
        var reference = (JObject)(await Fhir.GetAsync("/DocumentReference?identifier=" + documentId)).Json["entry"]![0]!["resource"]!;

        Assert.That((string?)media["createdDateTime"], Is.EqualTo(expected));
        Assert.That((string?)media["content"]!["creation"], Is.EqualTo(expected));
        Assert.That((string?)reference["context"]?["period"]?["start"], Is.EqualTo(expected));
        Assert.That((string?)reference["contained"]?[0]?["birthDate"], Is.EqualTo(expected?.Split('T')[0]));
        var extension = media["extension"]!.SingleOrDefault(one => (string?)one["url"] == "urn:redox:media:ServiceDateTime");
        Assert.That((string?)extension?["valueString"], Is.EqualTo(date == expected ? null : date));
        Assert.That(FirelyValidator.Errors(media.ToString()), Is.Empty);
    }
}
