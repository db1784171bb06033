using System.Security.Cryptography;
using System.Text;
using NUnit.Framework;
using Redox.Media.Tests.Api.Fhir;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Observability;

/// <summary>What a sender puts into the parts of a request that are not its body stays out of the log.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class QuietLogTests
{
    private static readonly Dictionary<string, string?> Everything = new()
    {
        ["Logging:LogLevel:Default"] = "Trace",
        ["Logging:LogLevel:Microsoft"] = "Trace",
        ["Logging:LogLevel:Microsoft.AspNetCore.Server.Kestrel"] = "Trace",
        ["Logging:LogLevel:Microsoft.AspNetCore.Server.Kestrel.BadRequests"] = "Trace",
    };

    [TestCase("GET /?verification-token=CANARY HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization Bearer CANARY\r\n\r\n")]
    [TestCase("GET /?verification-token=CANARY HTTP/9.9\r\nHost: 127.0.0.1\r\n\r\n")]
    [TestCase("GET /?verification-token=CANARY\r\n\r\n")]
    [TestCase("GET / HTTP/1.1\r\nHost: CANARY CANARY\r\nAuthorization: Bearer CANARY\r\n\r\n")]
    [TestCase("CANARY(x) / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")]
    public async Task A_request_that_is_not_HTTP_is_not_quoted_at_any_level(string request)
    {
        await using var service = await RunningService.StartAsync(settings: Everything);
        using (var connection = await RawConnection.OpenAsync(service.Address))
        {
            await connection.SendAsync(request);
            Assert.That((await connection.ReadAnswerAsync())?.Status, Is.GreaterThanOrEqualTo(400));
        }

        Assert.That(service.Logs.Entries.Where(entry => entry.Contains("CANARY", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task A_method_is_logged_only_if_it_is_known()
    {
        await using var fhir = await FhirService.StartAsync();
        await fhir.Service.SendAsync(Request("CANARY-METHOD"));
        await fhir.Service.SendAsync(Request("DELETE"));
        await Eventually.IsTrueAsync(
            "both requests are logged", () => Task.FromResult(Lines(fhir).Count == 2), TimeSpan.FromSeconds(30));

        Assert.That(Lines(fhir), Has.Some.Contain("DELETE").And.None.Contain("CANARY"));

        static List<string> Lines(FhirService fhir) =>
            [.. fhir.Service.Logs.Entries.Where(entry => entry.Contains("FHIR request", StringComparison.Ordinal))];

        static HttpRequestMessage Request(string method) => new(new HttpMethod(method), "/Media")
        {
            Headers = { Authorization = new("Bearer", FhirService.Token) },
        };
    }

    [Test]
    public async Task The_hash_of_an_ID_in_the_log_has_a_key()
    {
        const string Key = "the-key-of-the-hashes-in-the-log";
        const string Id = "MRN 0000000001";
        var keyed = new Dictionary<string, string?> { ["Logging:IdKey"] = Key };
        var expected = "#" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Key), Encoding.UTF8.GetBytes(Id)))[..16];

        var (first, second) = (await LoggedAsync(Id, keyed), await LoggedAsync(Id, keyed));
        var (third, fourth) = (await LoggedAsync(Id, []), await LoggedAsync(Id, []));

        Assert.That((first, second), Is.EqualTo((expected, expected)));
        Assert.That(third, Does.StartWith("#").And.Not.EqualTo(expected).And.Not.EqualTo(fourth), "each process has a key of its own");
    }

    [Test]
    public async Task A_file_name_has_no_control_and_no_bidirectional_characters()
    {
        await using var fhir = await FhirService.StartAsync();
        var media = FhirService.Media(FhirService.NewPatient());
        media["content"]!["title"] = "report\u202Egpj.exe\u2066\u200E\u200F\u061C\u2028\u2029\uFEFF\u0085x";
        var created = await fhir.CreateAsync(media);

        var file = await fhir.GetAsync($"/Media/{created.Id}/files/content");

        var disposition = Uri.UnescapeDataString(file.Headers["Content-Disposition"]);
        Assert.That(disposition, Does.Contain("reportgpj.exex"));
        Assert.That(disposition.Where(c => !char.IsAscii(c)), Is.Empty);
    }

    private static async Task<string> LoggedAsync(string id, Dictionary<string, string?> settings)
    {
        await using var service = await RunningService.StartAsync(settings: settings);
        await service.DeliverAsync(Message.New(Message.NewSource(), Message.NewDocumentId()).WithLog(id, "a"));
        var line = "";
        await Eventually.IsTrueAsync(
            "the delivery is logged",
            () => Task.FromResult((line = service.Logs.Entries.FirstOrDefault(entry => entry.Contains("LogId=")) ?? "").Length > 0),
            TimeSpan.FromSeconds(30));
        return line[(line.IndexOf("LogId=", StringComparison.Ordinal) + 6)..].Split(',', ' ', ']')[0];
    }
}
