using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NUnit.Framework;
using Redox.Media.Core.Parsing;
using Redox.Media.Tests.Api.Fhir;
using Redox.Media.Tests.Support;
using static Redox.Media.Tests.Support.UploadRequest;

namespace Redox.Media.Tests.Api.Redox;

/// <summary>Uploads that are refused leave nothing: no row, no slice, no memory.</summary>
[TestFixture, Category("Database")]
public sealed class RefusedUploadTests
{
    private const int MaxFileBytes = 1024 * 1024;

    private const string PartHead = $"--{Boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n";

    private FhirService _fhir = null!;

    private static string Encoded(string header) =>
        $"--{Boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n{header}\r\n\r\nAAAA\r\n--{Boundary}--\r\n";

    [OneTimeSetUp]
    public async Task Start() => _fhir = await FhirService.StartOnAsync(
        await TestDatabase.CreateAsync(),
        null,
        ("Uploads:MaxFileBytes", MaxFileBytes.ToString()), ("Intake:MemoryBudgetBytes", MaxFileBytes.ToString()),
        ("Intake:MaxWait", "00:00:00"), ("Intake:BodyTimeout", "00:00:01"), ("Clients:2:Id", "reader"),
        ("Clients:2:Secret", "test-reader-00000001"), ("Clients:2:SourceId", "reader"), ("Clients:2:Scopes:0", "system/Media.read"));

    [OneTimeTearDown]
    public async Task Stop() => await _fhir.DisposeAsync();

    [TearDown]
    public async Task Nothing_is_left()
    {
        var budget = _fhir.Service.Services.GetRequiredService<IntakeBudget>();
        await Eventually.IsTrueAsync("the memory is given back", () => Task.FromResult(budget.InUse == 0), TimeSpan.FromSeconds(60));
        await using var database = NpgsqlDataSource.Create(_fhir.ConnectionString);
        await using var count = database.CreateCommand("select (select count(*) from upload) + (select count(*) from upload_slice)");
        Assert.That(await count.ExecuteScalarAsync(), Is.Zero);
    }

    [Test]
    public async Task A_refused_upload_has_errors_in_the_form_of_Redox()
    {
        (int Status, HttpRequestMessage Request)[] refused =
        [
            (400, Post(new StringContent("{}", Encoding.UTF8, "application/json"))),
            (400, Post(Form(("other", Bytes(4))))),
            (400, Post(Form(("file", Bytes(4)), ("file", Bytes(4))))),
            (400, Post(Raw(PartHead + "abc"))),
            (400, Post(Raw(PartHead + $"abc\r\n--{Boundary}"))),
            (400, Post(Raw(Encoded("Content-Encoding: gzip")))),
            (400, Post(Raw(Encoded("Content-Transfer-Encoding: base64")))),
            (413, Post(Form(("file", Bytes(MaxFileBytes + 1))))),
            (413, Post(Form(("file", Bytes(MaxFileBytes + 200_000))))),
            (413, Post(Form(("file", Bytes(MaxFileBytes + 200_000)))).Chunked()),
            (413, Post(Form(("other", Bytes(MaxFileBytes + 200_000)))).Chunked()),
            (401, Post(Form(("file", Bytes(4))), "a-token-that-is-not-configured")),
            (403, Post(Form(("file", Bytes(4))), RunningService.EngineToken)),
            (403, Post(Form(("file", Bytes(4))), "test-reader-00000001")),
        ];
        for (var i = 0; i < refused.Length; i++)
        {
            var answer = await _fhir.Service.SendAsync(refused[i].Request);

            Assert.That(answer.Status, Is.EqualTo(refused[i].Status), $"{i}: {answer.Text}");
            Assert.That((string?)answer.Json["Meta"]!["Errors"]!.Single()["Text"], Is.Not.Empty, $"{i}");
        }
    }

    [Test]
    public async Task An_upload_whose_sender_disconnects_is_forgotten()
    {
        using var connection = await BeginAsync(Bytes(500_000), length: 900_000);
        connection.Reset();
    }

    [Test]
    public async Task An_upload_that_stops_is_ended()
    {
        using var connection = await BeginAsync(Bytes(5), length: 1000);

        var answer = await connection.ReadAnswerAsync();

        Assert.That(answer?.Status, Is.EqualTo(408));
    }

    [Test]
    public async Task Uploads_share_the_byte_budget_of_the_bodies()
    {
        var budget = _fhir.Service.Services.GetRequiredService<IntakeBudget>();
        using var other = (await budget.AcquireAsync("client:camera-app", 500_000, TimeSpan.Zero, default))!;
        await other.GrowAsync(400_000, 0, default);

        var answer = await _fhir.Service.SendAsync(Post(Form(("file", Bytes(500_000)))));

        Assert.That(answer.Status, Is.EqualTo(503), answer.Text);
    }

    /// <summary>Sends the beginning of an upload.</summary>
    private async Task<RawConnection> BeginAsync(byte[] file, int length)
    {
        var connection = await RawConnection.OpenAsync(_fhir.Service.Address);
        await connection.SendAsync(
            $"POST /upload HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {FhirService.Token}\r\n"
            + $"Content-Type: multipart/form-data; boundary={Boundary}\r\nContent-Length: {length}\r\n\r\n{PartHead}");
        await connection.SendAsync(file);
        return connection;
    }
}
