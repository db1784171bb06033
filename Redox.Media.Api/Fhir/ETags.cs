using System.Globalization;
using Redox.Media.Core.Deliveries;

namespace Redox.Media.Api.Fhir;

/// <summary>The headers that identify the version in a response. Source: FHIR R4, http, "versioning".</summary>
internal static class ETags
{
    public static void Add(HttpResponse response, DeliveryId version)
    {
        response.Headers.ETag = ETag(version);
        response.Headers.LastModified = version.Arrival.UtcDateTime.ToString("R", CultureInfo.InvariantCulture);
    }

    public static string ETag(DeliveryId version) => $"W/\"{version}\"";

    /// <summary>Whether <c>If-None-Match</c> contains this version. Only the tag inside the quotes is compared.</summary>
    public static bool IsKnown(HttpRequest request, DeliveryId version) => request.Headers.IfNoneMatch
        .SelectMany(header => (header ?? "").Split(','))
        .Select(tag => tag.Trim())
        .Any(tag => tag == "*" || tag.Replace("W/", "", StringComparison.Ordinal).Trim('"') == version.ToString());
}
