using System.Buffers;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Redox.Media.Api.Configuration;
using Redox.Media.Api.Security.Tokens;
using Redox.Media.Core.Fhir.Mapping;
using Redox.Media.Core.Fhir.Validation;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Api.Fhir;

/// <summary>
/// The capability statement, written from the tables that the FHIR API itself uses. It needs no token, because it contains nothing
/// about patients or clients. Source: FHIR R4, CapabilityStatement.
/// </summary>
internal static class CapabilityEndpoint
{
    public const string Address = "/metadata";

    public static readonly string[] Methods = ["GET", "HEAD"];

    public static Task GetAsync(
        HttpContext context, LastKnownGood<FhirSettings> fhir, IOptions<IntakeSettings> intake, CapabilityStatementDate date)
    {
        var settings = fhir.Value;
        context.Response.Headers[FhirRequest.CorrelationHeader] = FhirRequest.CorrelationOf(context.Request);
        if (!ContentNegotiation.AcceptsJson(context.Request))
        {
            return FhirResponses.ProblemAsync(context, FhirProblem.NotAcceptable);
        }

        var buffer = new ArrayBufferWriter<byte>(8192);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, FhirRequest.BaseOf(context.Request, settings), settings, intake.Value.MaxBodyBytes, date.Of(settings));
        }

        return FhirResponses.WriteAsync(context, StatusCodes.Status200OK, buffer.WrittenMemory);
    }

    private static void Write(Utf8JsonWriter writer, string serviceBase, FhirSettings settings, long maxBodyBytes, DateTimeOffset date)
    {
        writer.WriteStartObject();
        writer.WriteString("resourceType", "CapabilityStatement");
        writer.WriteString("name", "RedoxMedia");
        writer.WriteString("status", "active");
        writer.WriteString("date", date.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        writer.WriteString("kind", "instance");
        writer.WriteStartObject("software");
        writer.WriteString("name", "Redox.Media");
        var version = typeof(CapabilityEndpoint).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        writer.WriteString("version", version?.Split('+')[0] ?? "0");
        writer.WriteEndObject();
        writer.WriteStartObject("implementation");
        writer.WriteString("description", "Clinical media received through a Redox connection or created here.");
        writer.WriteString("url", serviceBase);
        writer.WriteEndObject();
        writer.WriteString("fhirVersion", "4.0.1");
        Texts(writer, "format", ["json", ContentNegotiation.FhirJson, "application/json"]);
        writer.WriteStartArray("rest");
        writer.WriteStartObject();
        writer.WriteString("mode", "server");
        writer.WriteString("documentation", Documentation(settings, maxBodyBytes));
        WriteSecurity(writer, settings.Issuer);
        writer.WriteStartArray("resource");
        foreach (var type in Enum.GetValues<FhirResourceType>())
        {
            WriteResource(writer, type, settings.Profile);
        }

        WriteBinary(writer);
        writer.WriteEndArray();
        WriteResultParameters(writer);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static string Documentation(FhirSettings settings, long maxBodyBytes) => string.Join(
        "\n\n",
        $"A body may have {maxBodyBytes} bytes, {BodyLimits.DefaultMaxEnvelopeBytes} bytes besides the file. A client may send "
        + $"{settings.MaxRequestsPerSecond} requests a second to one instance. Content is read at content.url, never inline. "
        + $"Every response carries {FhirRequest.CorrelationHeader}.",
        "An unknown search parameter is refused, unless Prefer: handling=lenient asks to ignore it. A known one is refused with a modifier "
        + "or a value that is not supported, whatever is preferred. One that is given twice must be met twice; of values with commas "
        + "between them one is enough.",
        "A search has a total where it names a patient, subject, encounter, identifier or _id, or a status or created that few documents "
        + "have. Any other scans the documents by their last change: it has no total, and a page may hold fewer documents than _count, or "
        + "none, and still have a next link.");

    // The code SMART-on-FHIR promises a token endpoint, which there is where tokens have an issuer.
    private static void WriteSecurity(Utf8JsonWriter writer, string? issuer)
    {
        writer.WriteStartObject("security");
        if (issuer is not null)
        {
            WriteTokenAddress(writer, issuer + AssertionValidator.TokenPath);
        }

        writer.WriteStartArray("service");
        writer.WriteStartObject();
        writer.WriteStartArray("coding");
        writer.WriteStartObject();
        writer.WriteString("system", "http://terminology.hl7.org/CodeSystem/restful-security-service");
        writer.WriteString("code", issuer is null ? "OAuth" : "SMART-on-FHIR");
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteString("text", "OAuth 2.0 bearer token (RFC 6750), issued by the operator" + (issuer is null
            ? "; there is no token endpoint here"
            : ", or by the token endpoint to registered clients: " + issuer + SmartConfiguration.Path));
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteString(
            "description",
            "A bearer token in the Authorization header. Its permissions are SMART scopes, system/ or user/, such as system/Media.crs or "
            + "user/Media.read.");
        writer.WriteEndObject();
    }

    // Source: SMART App Launch 1.0, conformance: an extension that older clients read.
    private static void WriteTokenAddress(Utf8JsonWriter writer, string address)
    {
        writer.WriteStartArray("extension");
        writer.WriteStartObject();
        writer.WriteString("url", "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris");
        writer.WriteStartArray("extension");
        writer.WriteStartObject();
        writer.WriteString("url", "token");
        writer.WriteString("valueUri", address);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static void WriteResultParameters(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("searchParam");
        foreach (var parameter in ResultParameter.All)
        {
            writer.WriteStartObject();
            writer.WriteString("name", parameter.Name);
            writer.WriteString("type", parameter.Type);
            writer.WriteString("documentation", parameter.Documentation);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteResource(Utf8JsonWriter writer, FhirResourceType type, FhirProfile profile)
    {
        var codes = FhirInteraction.Of(type).Select(interaction => interaction.Code).OfType<string>().Distinct().ToList();
        var creates = codes.Contains("create");
        writer.WriteStartObject();
        writer.WriteString("type", type.ToString());
        writer.WriteString("documentation", Documentation(creates, profile));
        writer.WriteStartArray("interaction");
        foreach (var code in codes)
        {
            writer.WriteStartObject();
            writer.WriteString("code", code);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("versioning", "versioned");
        writer.WriteBoolean("readHistory", true);
        writer.WriteBoolean("updateCreate", false);
        writer.WriteBoolean("conditionalCreate", creates);
        writer.WriteString("conditionalRead", "not-match");
        writer.WriteBoolean("conditionalUpdate", false);
        Texts(writer, "referencePolicy", ["literal", "logical"]);
        writer.WriteStartArray("searchParam");
        foreach (var parameter in SearchParameter.Of(type))
        {
            writer.WriteStartObject();
            writer.WriteString("name", parameter.Name);
            writer.WriteString("definition", "http://hl7.org/fhir/SearchParameter/" + Definition(type, parameter.Name));
            writer.WriteString("type", parameter.Type);
            writer.WriteString("documentation", Documentation(parameter));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteBinary(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("type", BinaryInteraction.Type);
        writer.WriteString(
            "documentation",
            "A file, sent as itself with its media type, for the content.url of a Media that is created after it. It cannot be read, and "
            + "is deleted after some time unless a Media brings it.");
        writer.WriteStartArray("interaction");
        writer.WriteStartObject();
        writer.WriteString("code", "create");
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    // Parameters that many clinical resources share are defined once. Source: FHIR R4, search parameter registry.
    private static string Definition(FhirResourceType type, string name) =>
        name[0] == '_' ? "Resource-" + name[1..]
        : type == FhirResourceType.DocumentReference && name is ("identifier" or "patient" or "encounter") ? "clinical-" + name
        : $"{type}-{name}";

    private static string Documentation(SearchParameter parameter) =>
        $"{parameter.Documentation} It {parameter.Rule}."
        + (parameter.Modifiers.Count == 0 ? "" : $" Modifiers: {string.Join(", ", parameter.Modifiers)}.");

    private static string Documentation(bool creates, FhirProfile profile) =>
        !creates ? "Another representation of the documents of Media; created through Media. modifierExtension and implicitRules are "
            + "carried over; meta.profile and contained resources are not."
        : (profile == FhirProfile.Canvas ? CanvasDocumentation : "Any legal Media; elements that R4 does not define are kept.")
            + " If-None-Exist must name an identifier, a patient, subject or encounter, or an _id.";

    private static string CanvasDocumentation =>
        $"Only what Canvas Medical's endpoint accepts: {string.Join(", ", CanvasProfile.Status)}; "
        + $"{string.Join(", ", CanvasProfile.ContentTypes)}; with a patient as subject and inline data.";

    private static void Texts(Utf8JsonWriter writer, string name, string[] texts)
    {
        writer.WriteStartArray(name);
        Array.ForEach(texts, writer.WriteStringValue);
        writer.WriteEndArray();
    }
}
