using System.Text;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Core.Parsing;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>Creates whose bodies end before they should. What had come by then is kept, as at the engine's door.</summary>
[TestFixture]
public sealed class CutOffCreateTests : FhirFixture
{
    [TestCase(500)] // a create that ends at once is kept
    [TestCase(24_000_000)] // a create that ends late is kept
    public async Task A_create_that_breaks_off_is_kept(int fileBytes)
    {
        var correlationId = Guid.NewGuid().ToString();
        var media = FhirService.Media();
        media["content"]!["data"] = Convert.ToBase64String(new byte[fileBytes]);
        var body = Encoding.UTF8.GetBytes(media.ToString());
        using var connection = await RawConnection.OpenAsync(Fhir.Service.Address);
        await connection.SendAsync(
            $"POST /Media HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/fhir+json\r\nAuthorization: Bearer {FhirService.Token}\r\n"
            + $"X-Correlation-Id: {correlationId}\r\nContent-Length: {body.Length}\r\n\r\n");
        await connection.SendAsync(body.AsMemory(0, body.Length - 10));
        var budget = Fhir.Service.Services.GetRequiredService<IntakeBudget>();
        await Eventually.IsTrueAsync("it is being read", () => Task.FromResult(budget.InUse > 0), TimeSpan.FromSeconds(30));
        connection.EndSending();

        JObject? trace = null;
        await Eventually.IsTrueAsync("the create is found", async () => (trace = await FindAsync(correlationId)) is not null, TimeSpan.FromSeconds(30));
        Assert.That((string?)trace!["outcome"], Is.EqualTo("cut-off"));
    }

    private async Task<JObject?> FindAsync(string correlationId)
    {
        var answer = await Fhir.Service.AskSupportAsync("/support/api/deliveries/" + correlationId);
        return answer.Status == 200 ? answer.Json : null;
    }
}
