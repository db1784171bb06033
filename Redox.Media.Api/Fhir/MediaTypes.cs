using Microsoft.Net.Http.Headers;

namespace Redox.Media.Api.Fhir;

/// <summary>Which forms of bodies come in and go out. JSON only; FHIR's own name for it and the general one are the same here.</summary>
internal static class MediaTypes
{
    public const string FhirJson = "application/fhir+json";

    private const string Json = "application/json";

    private static readonly string[] Formats = ["json", FhirJson, Json, "text/json"];

    /// <summary>A body without a type is taken for what it is sent as everywhere: JSON.</summary>
    public static bool TakesBody(HttpRequest request) =>
        string.IsNullOrEmpty(request.ContentType)
        || (MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && (type.MediaType.Equals(FhirJson, StringComparison.OrdinalIgnoreCase) || type.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase))
            && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase)));

    /// <summary>What <c>_format</c> says goes before what <c>Accept</c> says. Source: FHIR R4, content types and encodings.</summary>
    public static bool TakesAnswer(HttpRequest request) =>
        request.Query["_format"] is { Count: > 0 } format
            ? format.All(text => Formats.Contains(text?.Split(';')[0].Trim().Replace(' ', '+'), StringComparer.OrdinalIgnoreCase))
            : request.Headers.Accept.Count == 0 || Accepted(request).Any(type => Matches(type, FhirJson) || Matches(type, Json));

    /// <summary>FHIR's own name, unless only the general one was asked for.</summary>
    public static string Answer(HttpRequest request)
    {
        var accepted = Accepted(request).ToList();
        return accepted.Any(type => Matches(type, FhirJson)) || !accepted.Any(type => Matches(type, Json)) ? FhirJson : Json;
    }

    /// <summary>True when the client asks for FHIR's own type by its name.</summary>
    public static bool NamesFhir(HttpRequest request) =>
        Accepted(request).Any(type => type.MediaType.Equals(FhirJson, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<MediaTypeHeaderValue> Accepted(HttpRequest request) =>
        MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var types) ? types.Where(type => type.Quality is null or > 0) : [];

    private static bool Matches(MediaTypeHeaderValue accepted, string type) =>
        accepted.MatchesAllTypes
        || (accepted.MatchesAllSubTypes && accepted.Type.Equals("application", StringComparison.OrdinalIgnoreCase))
        || accepted.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase);
}
