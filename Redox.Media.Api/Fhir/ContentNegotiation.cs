using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Redox.Media.Api.Fhir;

/// <summary>Media types of requests and responses: JSON only, as <c>application/fhir+json</c> or <c>application/json</c>.</summary>
internal static class ContentNegotiation
{
    public const string FhirJson = "application/fhir+json";

    public const string FormatParameter = "_format";

    private const string Json = "application/json";

    /// <summary>The values of <c>_format</c> and the media type of the response to each.</summary>
    private static readonly Dictionary<string, string> Formats = new(StringComparer.OrdinalIgnoreCase)
    {
        ["json"] = FhirJson, [FhirJson] = FhirJson, [Json] = Json, ["text/json"] = Json,
    };

    /// <summary>R4 in the parameter <c>fhirVersion</c> of a media type. Source: FHIR R4, versioning.</summary>
    private static readonly string[] Versions = ["4.0", "4.0.1"];

    private static readonly object FormatOfForm = new();

    /// <summary>Whether the media type of the body is supported. A body without a media type counts as JSON.</summary>
    public static bool TakesBody(HttpRequest request) =>
        IsUncompressed(request)
        && (string.IsNullOrEmpty(request.ContentType)
            || (MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
                && (Names(type, FhirJson) || Names(type, Json))
                && IsUtf8(type)
                && IsSupportedVersion(type)));

    /// <summary>Whether the body is not compressed. The length of a compressed body does not bound the length of its content.</summary>
    public static bool IsUncompressed(HttpRequest request) => IsUncompressed(request.Headers.ContentEncoding);

    /// <param name="codings">The values of <c>Content-Encoding</c>.</param>
    public static bool IsUncompressed(StringValues codings) => codings.All(
        coding => string.IsNullOrWhiteSpace(coding) || coding.Trim().Equals("identity", StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether the client accepts JSON, by <c>_format</c> or else by <c>Accept</c>. Source: FHIR R4, content types.</summary>
    public static bool AcceptsJson(HttpRequest request) =>
        request.Query[FormatParameter] is { Count: > 0 } format
            ? format.All(text => NameOf(text) is not null)
            : request.Headers.Accept.Count == 0 || Accepted(request).Any(type => Matches(type, FhirJson) || Matches(type, Json));

    /// <summary>Applies the <c>_format</c> of a posted form to the response; false when it is not supported.</summary>
    public static bool TryUseFormat(HttpContext context, string format)
    {
        if (NameOf(format) is not { } name)
        {
            return false;
        }

        context.Items[FormatOfForm] = name;
        return true;
    }

    /// <summary>The media type of the response: FHIR's own, unless the client accepts only the general one.</summary>
    public static string ResponseType(HttpRequest request)
    {
        if ((request.HttpContext.Items[FormatOfForm] as string ?? NameOf(request.Query[FormatParameter].FirstOrDefault())) is { } name)
        {
            return name;
        }

        var accepted = Accepted(request).ToList();
        return accepted.Any(type => Matches(type, FhirJson)) || !accepted.Any(type => Matches(type, Json)) ? FhirJson : Json;
    }

    /// <summary>Whether <c>Content-Type</c>, <c>Accept</c> or <c>_format</c> names FHIR's own media type.</summary>
    public static bool NamesFhir(HttpRequest request) =>
        (MediaTypeHeaderValue.TryParse(request.ContentType, out var sent) && Names(sent, FhirJson))
        || Accepted(request).Any(type => Names(type, FhirJson))
        || NameOf(request.Query[FormatParameter].FirstOrDefault()) == FhirJson;

    private static IEnumerable<MediaTypeHeaderValue> Accepted(HttpRequest request) =>
        MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var types)
            ? types.Where(type => type.Quality is null or > 0).Where(IsSupportedVersion)
            : [];

    private static bool IsUtf8(MediaTypeHeaderValue type) =>
        !type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase);

    private static bool Names(MediaTypeHeaderValue type, string name) => type.MediaType.Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>The media type of a format; null for an unsupported one. An unescaped plus sign of a URL arrives as a space.</summary>
    private static string? NameOf(string? format)
    {
        var (name, parameters) = format?.Split(';', 2) is [var before, var after] ? (before, after) : (format, null);
        return name is not null && Formats.TryGetValue(name.Trim().Replace(' ', '+'), out var known)
            && (parameters is null || (MediaTypeHeaderValue.TryParse($"{Json};{parameters}", out var type) && IsSupportedVersion(type)))
            ? known : null;
    }

    private static bool IsSupportedVersion(MediaTypeHeaderValue type) => type.Parameters
        .Where(parameter => parameter.Name.Equals("fhirVersion", StringComparison.OrdinalIgnoreCase))
        .All(parameter => Versions.Contains(HeaderUtilities.RemoveQuotes(parameter.Value).ToString()));

    private static bool Matches(MediaTypeHeaderValue accepted, string type) =>
        accepted.MatchesAllTypes
        || (accepted.MatchesAllSubTypes && accepted.Type.Equals("application", StringComparison.OrdinalIgnoreCase))
        || Names(accepted, type);
}
