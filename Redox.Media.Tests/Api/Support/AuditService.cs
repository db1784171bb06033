using System.Buffers.Binary;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Newtonsoft.Json.Linq;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Tests.Api.Fhir;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Support;

/// <summary>A service with a database of its own, whose audit a test fills and reads.</summary>
internal sealed class AuditService : IAsyncDisposable
{
    /// <summary>Of staff with the roles audit and phi.</summary>
    public const string OfficerToken = "test-privacy-officer-01";

    /// <summary>Of staff with the role audit.</summary>
    public const string AuditorToken = "test-auditor-token-0001";

    private AuditService(FhirService fhir) => Fhir = fhir;

    public FhirService Fhir { get; }

    public RunningService Service => Fhir.Service;

    public static async Task<AuditService> StartAsync(params (string Key, string? Value)[] settings) => new(
        await FhirService.StartOnAsync(
            await TestDatabase.CreateAsync(),
            null,
            [
                ("Staff:1:Name", "officer"), ("Staff:1:Token", OfficerToken), ("Staff:1:Roles:0", "audit"), ("Staff:1:Roles:1", "phi"),
                ("Staff:2:Name", "auditor"), ("Staff:2:Token", AuditorToken), ("Staff:2:Roles:0", "audit"), .. settings,
            ]));

    /// <summary>An event with an ID of its own.</summary>
    public static AuditEvent Event(
        AuditAct act = AuditAct.Read, AuditOutcome outcome = AuditOutcome.Success, string caller = "client:camera-app") => new()
        {
            Id = NewId(),
            Act = act,
            Outcome = outcome,
            Caller = caller,
            Origin = new RequestOrigin("192.0.2.7", "0123456789abcdef"),
        };

    // Not DeliveryId.Create: its IDs never go back in time, and other tests of this process create some in years to come.
    private static DeliveryId NewId()
    {
        var arrival = TimeProvider.System.GetUtcNow() - new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
        Span<byte> bytes = stackalloc byte[16];
        Random.Shared.NextBytes(bytes);
        BinaryPrimitives.WriteInt64BigEndian(
            bytes[8..], (arrival.Ticks / TimeSpan.TicksPerMicrosecond << 12) | (long)Random.Shared.Next(1 << 12));
        return new DeliveryId(new Guid(bytes, bigEndian: true));
    }

    public static Guid Key(string id, string? type = "MR") => LookupKey.PatientIdentifier(new PatientIdentifier(id, type));

    public Task RecordAsync(AuditEvent access) =>
        Service.Services.GetRequiredService<IAuditLog>().RecordAsync(access, CancellationToken.None);

    public Task<Answer> AskAsync(string parameters, string token = OfficerToken, string? accept = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/support/api/audit?" + parameters)
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
        };
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        return Service.SendAsync(request);
    }

    public Task<Answer> PostAsync(string form, string token = OfficerToken) =>
        Service.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/support/api/audit/_search")
        {
            Content = new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded"),
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
        });

    /// <summary>The AuditEvents of an answer.</summary>
    public async Task<List<JObject>> EventsAsync(string parameters, string token = OfficerToken) =>
        Events(await AskAsync(parameters, token));

    public static List<JObject> Events(Answer answer)
    {
        NUnit.Framework.Assert.That(answer.Status, NUnit.Framework.Is.EqualTo(200), answer.Text);
        return [.. (answer.Json["entry"] ?? new JArray()).Select(entry => (JObject)entry["resource"]!)
            .Where(resource => (string?)resource["resourceType"] == "AuditEvent")];
    }

    /// <summary>The stored events of AuditEvents.</summary>
    public static IEnumerable<string> Ids(IEnumerable<JObject> events) => events.Select(one =>
        (string)one["entity"]!.Last(entity => (string?)entity["type"]!["code"] == "XrequestId")["what"]!["identifier"]!["value"]!);

    /// <summary>Delivers a document as the engine; the version that was made.</summary>
    public async Task<SeenDocument> DeliverAsync(string source, string documentId, params (string Id, string Type)[] patient)
    {
        var message = Message.New(source, documentId);
        message["Patient"]!["Identifiers"] = new JArray(
            patient.Select(one => new JObject { ["ID"] = one.Id, ["IDType"] = one.Type }));
        var delivered = await Service.DeliverAsync(message);
        return new SeenDocument(DocumentKey.Of(source, documentId), new DeliveryId(delivered.DeliveryId()));
    }

    public ValueTask DisposeAsync() => Fhir.DisposeAsync();
}
