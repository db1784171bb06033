using System.Net.Http.Headers;
using Newtonsoft.Json.Linq;
using NUnit.Framework;
using Redox.Media.Tests.Api.Fhir;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Support;

/// <summary>A service with staff who put misfiled documents right, and a FHIR client that sees them.</summary>
internal sealed class Corrections(FhirService fhir) : IAsyncDisposable
{
    public const string Token = "test-operate-token-0001", PhiToken = "test-phi-only-token-001",
        RestrictedToken = "test-restricted-token-1", OperateOnlyToken = "test-operate-only-token";

    public FhirService Fhir => fhir;

    public static async Task<Corrections> StartAsync(
        string? connectionString = null, params (string Key, string? Value)[] settings) => new(await FhirService.StartOnAsync(
        connectionString, null,
        [
            .. settings,
            ("Staff:1:Name", "m.okafor"), ("Staff:1:Token", Token), ("Staff:1:Roles:0", "operate"), ("Staff:1:Roles:1", "phi"),
            ("Staff:2:Name", "d.petrov"), ("Staff:2:Token", PhiToken), ("Staff:2:Roles:0", "phi"),
            ("Staff:3:Name", "r.stern"), ("Staff:3:Token", RestrictedToken), ("Staff:3:Roles:0", "operate"), ("Staff:3:Roles:1", "phi"),
            ("Staff:3:Sources:0", Message.NewSource()),
            ("Staff:4:Name", "k.lind"), ("Staff:4:Token", OperateOnlyToken), ("Staff:4:Roles:0", "operate"),
        ]));

    public ValueTask DisposeAsync() => fhir.DisposeAsync();

    /// <summary>What the look-up shows of a document.</summary>
    public async Task<JObject> LookAsync(string source, string id, bool test = false)
    {
        var answer = await fhir.Service.AskSupportAsync($"/support/api/documents/{source}/{Uri.EscapeDataString(id)}?test={test}");
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return answer.Json;
    }

    public Task<JObject> HideAsync(string source, string id, string reason = "wrong patient", bool test = false) =>
        ActAsync("hide", source, id, reason, test);

    public Task<JObject> UnhideAsync(string source, string id, string reason = "right after all", bool test = false) =>
        ActAsync("unhide", source, id, reason, test);

    /// <param name="patient">As ID/IDType; none to move it back.</param>
    public async Task<JObject> MoveAsync(string source, string id, params string[] patient)
    {
        var answer = await PostAsync("move", MoveBody(await LookAsync(source, id), patient));
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return answer.Json;
    }

    /// <inheritdoc cref="MoveAsync"/>
    public static JObject MoveBody(JObject seen, params string[] patient)
    {
        var body = Body(seen);
        if (patient.Length == 0)
        {
            body["back"] = true;
        }
        else
        {
            body["patient"] = new JArray(patient.Select(one => one.Split('/'))
                .Select(one => new JObject { ["ID"] = one[0], ["IDType"] = one[1] }));
        }

        return body;
    }

    /// <summary>The body of an act on a document as the look-up has shown it.</summary>
    public static JObject Body(JObject seen, string reason = "wrong patient") => new()
    {
        ["source"] = seen["source"], ["documentId"] = seen["documentId"], ["test"] = seen["test"], ["version"] = seen["version"],
        ["reason"] = reason,
    };

    public Task<Answer> PostAsync(string act, JObject body, string token = Token) =>
        fhir.Service.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/support/api/documents/" + act)
        {
            Content = new StringContent(body.ToString()),
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
        });

    private async Task<JObject> ActAsync(string act, string source, string id, string reason, bool test)
    {
        var answer = await PostAsync(act, Body(await LookAsync(source, id, test), reason));
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return answer.Json;
    }
}
