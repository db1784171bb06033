using System.Text;
using System.Text.Json;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using NUnit.Framework;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir;
using Redox.Media.Core.Fhir.Mapping;

namespace Redox.Media.Tests.Core.Fhir.Mapping;

/// <summary>Documents of both kinds: from Redox, by the sample messages, and created as resources.</summary>
internal static class MapperSamples
{
    public const string ServiceBase = "https://media.example/fhir";

    /// <summary>A Media with every element that a mapper changes.</summary>
    public const string Rich =
        """
        {"resourceType":"Media","id":"sent","meta":{"versionId":"7","lastUpdated":"2020-01-01T00:00:00Z","profile":["http://profile"],
        "security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason","code":"HTEST"}]},"implicitRules":"http://rules",
        "contained":[{"resourceType":"Patient","id":"p","identifier":[{"value":"U1","use":"usual"},{"value":"O2","use":"official"}]}],
        "extension":[{"url":"urn:e","valueString":"x"}],"modifierExtension":[{"url":"urn:m","valueBoolean":true}],
        "identifier":[{"system":"urn:i","value":"I1"}],"status":"completed","type":{"coding":[{"code":"image"}],"text":"Photo"},
        "subject":{"reference":"#p","identifier":{"system":"urn:z","value":"S1"}},"encounter":{"reference":"Encounter/5"},
        "createdPeriod":{"start":"2026-03","end":"2026-04-02"},
        "operator":{"identifier":{"system":"http://hl7.org/fhir/sid/us-npi","value":"199"}},
        "content":{"contentType":"image/png","data":"","url":"http://original","title":"T\u00e9","creation":"2026-03-01","own":[1, 2 ]},
        "note":[{"text":"First"},{"text":"Second"}],"own":{"a":[ 1,2 ]}}
        """;

    /// <summary>A Media in error, with absolute references.</summary>
    public const string InError =
        """
        {"resourceType":"Media","status":"entered-in-error","createdDateTime":"2026-03-02T10:15:30+01:00",
        "subject":{"reference":"https://media.example/fhir/Patient/77/_history/1"},"encounter":{"identifier":{"value":"E6"}},
        "operator":{"reference":"https://elsewhere/Practitioner/4"},"content":{"contentType":"audio/x-wav","url":"https://elsewhere/f"}}
        """;

    public static IEnumerable<TestCaseData> Resources() =>
        new[] { ("rich", Rich), ("in error", InError), ("documented", File.ReadAllText(PathOf("Fhir", "reference-curl.json"))) }
            .Select(sample => new TestCaseData(sample.Item2).SetArgDisplayNames(sample.Item1));

    public static IEnumerable<TestCaseData> Documents() =>
        new[] { "new-complete", "new-smallest", "replace" }
            .Select(name => new TestCaseData(FromRedox(File.ReadAllBytes(PathOf("Redox", name + ".json")))).SetArgDisplayNames(name))
            .Concat(Resources().Select(sample => new TestCaseData(Created((string)sample.Arguments[0]!))
                .SetArgDisplayNames(sample.ArgDisplayNames!)));

    public static FhirMappedMedia Map(string resource, string? legacy = null)
    {
        using var media = JsonDocument.Parse(resource);
        using var sent = legacy is null ? null : JsonDocument.Parse(legacy);
        var create = new FhirCreate
        {
            Caller = new Caller.Client("app", null),
            Source = "source",
            SourceName = "Source",
            CorrelationId = "log",
            ServiceBase = ServiceBase,
            Arrival = DateTimeOffset.UnixEpoch,
        };
        return FhirToRedoxMapper.Map(media.RootElement, create, "DOC-1", sent?.RootElement ?? default, "aGFzaA==");
    }

    public static FoundMedia Created(string resource) =>
        FromRedox(Map(resource).Envelope) with { Resource = Encoding.UTF8.GetBytes(resource) };

    /// <summary>The resource as it is written.</summary>
    public static JObject Write(FhirResourceType type, FoundMedia document) =>
        (JObject)Json(new FhirResources(ServiceBase).Write(type, document));

    /// <summary>JSON with dates as text.</summary>
    public static JToken Json(ReadOnlyMemory<byte> json) => JsonConvert.DeserializeObject<JToken>(
        Encoding.UTF8.GetString(json.Span), new JsonSerializerSettings { DateParseHandling = DateParseHandling.None })!;

    private static FoundMedia FromRedox(ReadOnlyMemory<byte> envelope) => new()
    {
        Document = DocumentKey.Of("source", "DOC-1"),
        Version = DeliveryId.Create(1, DateTimeOffset.UnixEpoch),
        LastUpdated = DateTimeOffset.UnixEpoch,
        IsCurrent = true,
        Source = "source",
        DocumentId = "DOC-1",
        ContentLength = 5,
        Envelope = envelope,
    };

    private static string PathOf(string folder, string file) =>
        Path.Combine(TestContext.CurrentContext.TestDirectory, "Samples", folder, file);
}
