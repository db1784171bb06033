using System.Buffers;
using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Redox.Media.Api.Settings;
using Redox.Media.Core.Fhir;

namespace Redox.Media.Api.Fhir;

/// <summary>
/// The capability statement, written from the tables that the door itself works by, so that it cannot say something else. Who reads it
/// needs no token: it says nothing about anybody. Source: FHIR R4, CapabilityStatement.
/// </summary>
internal static class CapabilityEndpoint
{
    private const string StatementDate = "2026-01-01";

    public static Task AnswerAsync(HttpContext context, LastValid<FhirSettings> fhir, IOptions<IntakeSettings> intake)
    {
        var settings = fhir.Value;
        context.Response.Headers[FhirRequest.CorrelationHeader] = FhirRequest.CorrelationOf(context.Request);
        if (!MediaTypes.TakesAnswer(context.Request))
        {
            return FhirAnswers.ProblemAsync(context, FhirProblem.NotAcceptable);
        }

        var buffer = new ArrayBufferWriter<byte>(8192);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, FhirRequest.BaseOf(context.Request, settings), settings, intake.Value.MaxBodyBytes);
        }

        return FhirAnswers.WriteAsync(context, StatusCodes.Status200OK, buffer.WrittenMemory);
    }

    private static void Write(Utf8JsonWriter writer, string serviceBase, FhirSettings settings, long maxBodyBytes)
    {
        writer.WriteStartObject();
        writer.WriteString("resourceType", "CapabilityStatement");
        writer.WriteString("status", "active");
        writer.WriteString("date", StatementDate);
        writer.WriteString("kind", "instance");
        writer.WriteStartObject("software");
        writer.WriteString("name", "Redox.Media");
        writer.WriteString("version", typeof(CapabilityEndpoint).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0");
        writer.WriteEndObject();
        writer.WriteStartObject("implementation");
        writer.WriteString("description", "Clinical media received through a Redox connection or created here.");
        writer.WriteString("url", serviceBase);
        writer.WriteEndObject();
        writer.WriteString("fhirVersion", "4.0.1");
        Texts(writer, "format", ["json", MediaTypes.FhirJson, "application/json"]);
        writer.WriteStartArray("rest");
        writer.WriteStartObject();
        writer.WriteString("mode", "server");
        writer.WriteString(
            "documentation",
            $"A body may have {maxBodyBytes} bytes. A client may send {settings.MaxRequestsPerSecond} requests a second. Content is read at content.url, never inline. Every answer carries {FhirRequest.CorrelationHeader}.");
        writer.WriteStartObject("security");
        writer.WriteString("description", "A bearer token in the Authorization header, with SMART system scopes such as system/Media.crs or system/Media.read.");
        writer.WriteEndObject();
        writer.WriteStartArray("resource");
        foreach (var type in Enum.GetValues<FhirResourceType>())
        {
            WriteResource(writer, type, settings.Profile);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteResource(Utf8JsonWriter writer, FhirResourceType type, FhirProfile profile)
    {
        var creates = FhirRoutes.Of(type).Contains(FhirRoutes.Create);
        writer.WriteStartObject();
        writer.WriteString("type", type.ToString());
        writer.WriteString("documentation", Documentation(creates, profile));
        writer.WriteStartArray("interaction");
        foreach (var interaction in FhirRoutes.Of(type))
        {
            writer.WriteStartObject();
            writer.WriteString("code", interaction.Kind == InteractionKind.Search ? "search-type" : interaction.Kind.ToString().ToLowerInvariant());
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

    // Parameters that many clinical resources share are defined once for all of them. Source: FHIR R4, search parameter registry.
    private static string Definition(FhirResourceType type, string name) =>
        name[0] == '_' ? "Resource-" + name[1..]
        : type == FhirResourceType.DocumentReference && name is ("identifier" or "patient" or "encounter") ? "clinical-" + name
        : $"{type}-{name}";

    private static string Documentation(SearchParameter parameter) =>
        $"{parameter.Documentation} It {parameter.Rule}."
        + (parameter.Modifiers.Count == 0 ? "" : $" Modifiers: {string.Join(", ", parameter.Modifiers)}.");

    private static string Documentation(bool creates, FhirProfile profile) =>
        !creates ? "A second view of the documents that Media shows; created through Media."
        : profile == FhirProfile.Canvas ? "Only what Canvas Medical's endpoint takes: " + string.Join(", ", CanvasProfile.Status) + "; " + string.Join(", ", CanvasProfile.ContentTypes) + "; with a subject and inline data."
        : "Any legal Media; what R4 does not know is kept.";

    private static void Texts(Utf8JsonWriter writer, string name, string[] texts)
    {
        writer.WriteStartArray(name);
        Array.ForEach(texts, writer.WriteStringValue);
        writer.WriteEndArray();
    }
}
