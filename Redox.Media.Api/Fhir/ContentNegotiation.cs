using Microsoft.Net.Http.Headers;

namespace Redox.Media.Api.Fhir;

/// <summary>Which forms of bodies come in and go out. JSON only; FHIR's own name for it and the general one are the same here.</summary>
internal static class ContentNegotiation
{
    public const string FhirJson = "application/fhir+json";

    public const string FormatParameter = "_format";

    private const string Json = "application/json";

    /// <summary>What <c>_format</c> may say, and what the answer is then called.</summary>
    private static readonly Dictionary<string, string> Formats = new(StringComparer.OrdinalIgnoreCase)
    {
        ["json"] = FhirJson, [FhirJson] = FhirJson, [Json] = Json, ["text/json"] = Json,
    };

    /// <summary>R4, as the parameter <c>fhirVersion</c> of a media type names it. Source: FHIR R4, versioning.</summary>
    private static readonly string[] Versions = ["4.0", "4.0.1"];

    private static readonly object FormatOfForm = new();

    /// <summary>A body without a type is taken for what it is sent as everywhere: JSON.</summary>
    public static bool TakesBody(HttpRequest request) =>
        IsPlain(request)
        && (string.IsNullOrEmpty(request.ContentType)
            || (MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
                && (type.MediaType.Equals(FhirJson, StringComparison.OrdinalIgnoreCase) || type.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase))
                && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase))
                && IsOurVersion(type)));

    /// <summary>A body that is not compressed: unpacking what a stranger packed has no bound that its length tells.</summary>
    public static bool IsPlain(HttpRequest request) =>
        request.Headers.ContentEncoding.All(coding => string.IsNullOrWhiteSpace(coding) || coding.Trim().Equals("identity", StringComparison.OrdinalIgnoreCase));

    /// <summary>What <c>_format</c> says goes before what <c>Accept</c> says. Source: FHIR R4, content types and encodings.</summary>
    public static bool TakesAnswer(HttpRequest request) =>
        request.Query[FormatParameter] is { Count: > 0 } format
            ? format.All(text => NameOf(text) is not null)
            : request.Headers.Accept.Count == 0 || Accepted(request).Any(type => Matches(type, FhirJson) || Matches(type, Json));

    /// <summary>The same for the <c>_format</c> of a posted form, which counts from then on; false when it is none of ours.</summary>
    public static bool TakesFormat(HttpContext context, string format)
    {
        if (NameOf(format) is not { } name)
        {
            return false;
        }

        context.Items[FormatOfForm] = name;
        return true;
    }

    /// <summary>FHIR's own name, unless only the general one was asked for.</summary>
    public static string Answer(HttpRequest request)
    {
        if ((request.HttpContext.Items[FormatOfForm] as string ?? NameOf(request.Query[FormatParameter].FirstOrDefault())) is { } name)
        {
            return name;
        }

        var accepted = Accepted(request).ToList();
        return accepted.Any(type => Matches(type, FhirJson)) || !accepted.Any(type => Matches(type, Json)) ? FhirJson : Json;
    }

    /// <summary>True when the client asks for FHIR's own type by its name.</summary>
    public static bool NamesFhir(HttpRequest request) =>
        Accepted(request).Any(type => type.MediaType.Equals(FhirJson, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<MediaTypeHeaderValue> Accepted(HttpRequest request) =>
        MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var types) ? types.Where(type => type.Quality is null or > 0).Where(IsOurVersion) : [];

    /// <summary>The name of a format; null for one that is none of ours. A plus that stands in an address as it is has become a space.</summary>
    private static string? NameOf(string? format)
    {
        var (name, parameters) = format?.Split(';', 2) is [var before, var after] ? (before, after) : (format, null);
        return name is not null && Formats.TryGetValue(name.Trim().Replace(' ', '+'), out var known)
            && (parameters is null || (MediaTypeHeaderValue.TryParse($"{Json};{parameters}", out var type) && IsOurVersion(type)))
            ? known : null;
    }

    private static bool IsOurVersion(MediaTypeHeaderValue type) => type.Parameters
        .Where(parameter => parameter.Name.Equals("fhirVersion", StringComparison.OrdinalIgnoreCase))
        .All(parameter => Versions.Contains(HeaderUtilities.RemoveQuotes(parameter.Value).ToString()));

    private static bool Matches(MediaTypeHeaderValue accepted, string type) =>
        accepted.MatchesAllTypes
        || (accepted.MatchesAllSubTypes && accepted.Type.Equals("application", StringComparison.OrdinalIgnoreCase))
        || accepted.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase);
}
