using System.Globalization;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Fhir;

namespace Redox.Media.Api.Fhir;

/// <summary>The headers that identify the version in a response. Source: FHIR R4, http, "versioning".</summary>
internal static class ETags
{
    public static void Add(HttpResponse response, FoundMedia media)
    {
        response.Headers.ETag = ETag(media.Version!.Value);
        response.Headers.LastModified = LastModified(media);
    }

    public static string LastModified(FoundMedia media) =>
        media.LastUpdated!.Value.UtcDateTime.ToString("R", CultureInfo.InvariantCulture);

    public static string ETag(DeliveryId version) => $"W/\"{version}\"";

    /// <summary>Whether <c>If-None-Match</c> contains this version. Only the tag inside the quotes is compared.</summary>
    public static bool IsKnown(HttpRequest request, DeliveryId version) => request.Headers.IfNoneMatch
        .SelectMany(header => (header ?? "").Split(','))
        .Select(tag => tag.Trim())
        .Any(tag => tag == "*" || tag.Replace("W/", "", StringComparison.Ordinal).Trim('"') == version.ToString());
}
