using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Tests.Api.Fhir;
using Redox.Media.Tests.Api.Support;
using Redox.Media.Tests.Support;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;

namespace Redox.Media.Tests.Api.RemoteFiles;

/// <summary>Documents whose files are at another host and that staff hide or move to another patient.</summary>
[TestFixture, Category("Database")]
public sealed class CorrectedRemoteFileTests
{
    private readonly RemoteHost _host = new();
    private Corrections _staff = null!;
    private string _id = "", _path = "", _wrong = "", _right = "", _delivery = "";

    private RunningService Service => _staff.Fhir.Service;

    private string Source => _staff.Fhir.HospitalSource;

    [OneTimeSetUp]
    public async Task Start() => _staff = await Corrections.StartAsync(
        null,
        [
            .. _host.Settings.Select(setting => (setting.Key, setting.Value)), ("RemoteFiles:Hosts:0:Host", $"localhost:{_host.Port}"),
        ]);

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _staff.DisposeAsync();
        _host.Dispose();
    }

    [SetUp]
    public async Task A_document_of_the_wrong_patient_whose_file_is_not_there_yet()
    {
        (_id, _path) = (Message.NewDocumentId(), "/" + Guid.NewGuid());
        (_wrong, _right) = ("W-" + FhirService.NewPatient(), "R-" + FhirService.NewPatient());
        var message = Message.New(Source, _id, patient: _wrong).With("Media.FileContents", _host.Url(_path).ToString());
        _delivery = (string)(await Service.DeliverAsync(message)).Json["DeliveryID"]!;
        await UntilAsync(file => (string?)file["failure"] == "status" && !(bool)file["isFetching"]!);
    }

    [Test]
    public async Task A_document_that_was_moved_before_its_file_came_gets_it_for_the_right_patient_only()
    {
        var wrongVersion = await MediaAsync();
        await _staff.MoveAsync(Source, _id, _right + "/MR");

        await FetchAsync();

        Assert.That((await FileContentsAsync(), await PatientAsync()), Is.EqualTo(("AQID", _right)));
        var history = await _staff.LookAsync(Source, _id);
        foreach (var version in history["versions"]!.Where(version => !(bool)version["stands"]!))
        {
            var read = await _staff.Fhir.GetAsync($"/Media/{wrongVersion["id"]}/_history/{version["deliveryId"]}");
            Assert.That(read.Text, Does.Not.Contain(_wrong), "a version of the wrong patient");
        }
    }

    [Test]
    public async Task A_move_back_returns_to_the_message_as_it_was_sent_with_its_file()
    {
        await _staff.MoveAsync(Source, _id, _right + "/MR");
        await FetchAsync();

        await _staff.MoveAsync(Source, _id);

        Assert.That((await FileContentsAsync(), await PatientAsync()), Is.EqualTo(("AQID", _wrong)));
    }

    [Test]
    public async Task A_document_that_is_moved_after_its_file_came_keeps_it()
    {
        await FetchAsync();

        await _staff.MoveAsync(Source, _id, _right + "/MR");
        Assert.That((await FileContentsAsync(), await PatientAsync()), Is.EqualTo(("AQID", _right)));

        await _staff.MoveAsync(Source, _id);
        Assert.That((await FileContentsAsync(), await PatientAsync()), Is.EqualTo(("AQID", _wrong)));
    }

    [Test]
    public async Task A_hidden_document_gets_its_file_and_stays_hidden()
    {
        await _staff.HideAsync(Source, _id);
        await FetchAsync();
        Assert.That((await Service.DeliverAsync(Message.Query(_id))).Json["Media"], Is.Empty);

        await _staff.UnhideAsync(Source, _id);
        Assert.That(await FileContentsAsync(), Is.EqualTo("AQID"));
    }

    private async Task FetchAsync()
    {
        _host.Server.Given(Request.Create().WithPath(_path)).RespondWith(Response.Create().WithBody(new byte[] { 1, 2, 3 }));
        var retry = new HttpRequestMessage(HttpMethod.Post, "/support/api/remote-files/retry")
        {
            Content = new StringContent(new JObject { ["source"] = Source, ["host"] = $"localhost:{_host.Port}" }.ToString()),
            Headers = { Authorization = new("Bearer", Corrections.Token) },
        };
        Assert.That((await Service.SendAsync(retry)).Status, Is.EqualTo(200));
        await UntilAsync(file => (string?)file["state"] == "stored");
    }

    private Task<TimeSpan> UntilAsync(Func<JToken, bool> condition) => Eventually.IsTrueAsync(
        "the state of the remote file",
        async () => condition((await Service.AskSupportAsync($"/support/api/deliveries/{_delivery}")).Json["remoteFile"]!),
        TimeSpan.FromSeconds(20));

    private async Task<JToken> MediaAsync() => (await _staff.Fhir.GetAsync($"/Media?identifier={_id}")).Json["entry"]![0]!["resource"]!;

    private async Task<JToken> QueryAsync() => (await Service.DeliverAsync(Message.Query(_id))).Json["Media"]!.Single();

    private async Task<string?> FileContentsAsync() => (string?)(await QueryAsync())["FileContents"];

    private async Task<string?> PatientAsync() => (string?)(await QueryAsync())["Patient"]!["Identifiers"]![0]!["ID"];
}
