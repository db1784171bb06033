using System.Text;
using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>HTTP/1.0 needs no Host header, and that of HTTP/1.1 may be empty.</summary>
[TestFixture]
public sealed class NoHostTests : FhirFixture
{
    [TestCase("HTTP/1.0", "")]
    [TestCase("HTTP/1.1", "Host:\r\n")]
    public async Task The_addresses_in_a_response_to_a_request_without_Host_lead_here(string version, string host)
    {
        var created = await Fhir.CreateAsync(FhirService.Media());

        var media = await GetAsync("/Media/" + created.Id, version, host);
        var statement = await GetAsync("/metadata", version, host);

        Assert.That((string?)media["content"]!["url"], Is.EqualTo($"{Fhir.Service.Address}Media/{created.Id}/files/content"));
        Assert.That((string?)statement["implementation"]!["url"], Is.EqualTo(Fhir.Service.Address.ToString().TrimEnd('/')));
    }

    private async Task<JObject> GetAsync(string path, string version, string host)
    {
        using var connection = await RawConnection.OpenAsync(Fhir.Service.Address);
        await connection.SendAsync($"GET {path} {version}\r\n{host}Authorization: Bearer {FhirService.Token}\r\n\r\n");
        return JObject.Parse(Encoding.UTF8.GetString((await connection.ReadAnswerAsync())!.Value.Body));
    }
}
