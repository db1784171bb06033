using Microsoft.Net.Http.Headers;
using Redox.Media.Api.Fhir;

namespace Redox.Media.Api.Support;

/// <summary>The forms of an answer of the audit.</summary>
internal sealed record AuditFormat(string MediaType, IReadOnlyList<string> Names)
{
    public static readonly AuditFormat Bundle =
        new(ContentNegotiation.FhirJson, ["json", ContentNegotiation.FhirJson, "application/json", "text/json"]);

    public static readonly AuditFormat Ndjson =
        new("application/fhir+ndjson", ["ndjson", "application/fhir+ndjson", "application/ndjson", "application/x-ndjson"]);

    public static readonly AuditFormat Csv = new("text/csv", ["csv", "text/csv"]);

    private static readonly AuditFormat[] All = [Bundle, Ndjson, Csv];

    /// <summary>By <c>_format</c>, or else by <c>Accept</c>; null for one that there is not.</summary>
    public static AuditFormat? Of(HttpRequest request, string? format)
    {
        if (format is not null)
        {
            var name = format.Split(';')[0].Trim().Replace(' ', '+'); // an unescaped plus sign of a URL arrives as a space
            return Array.Find(All, known => known.Names.Contains(name, StringComparer.OrdinalIgnoreCase));
        }

        if (request.Headers.Accept.Count == 0)
        {
            return Bundle;
        }

        return !MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var types) ? null
            : types.Where(type => type.Quality is null or > 0).OrderByDescending(type => type.Quality ?? 1)
                .Select(type => Array.Find(All, known => known.IsAccepted(type)))
                .FirstOrDefault(known => known is not null);
    }

    private bool IsAccepted(MediaTypeHeaderValue type) =>
        type.MatchesAllTypes
        || Names.Any(name => type.MediaType.Equals(name, StringComparison.OrdinalIgnoreCase))
        || (type.MatchesAllSubTypes && MediaType.StartsWith(type.Type + "/", StringComparison.OrdinalIgnoreCase));
}
