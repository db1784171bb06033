using System.Globalization;
using Redox.Media.Core.Deliveries;

namespace Redox.Media.Api.Fhir;

/// <summary>The headers that say which version an answer is about. Source: FHIR R4, http, "versioning".</summary>
internal static class ETags
{
    public static void Add(HttpResponse response, DeliveryId version)
    {
        response.Headers.ETag = ETag(version);
        response.Headers.LastModified = version.Arrival.UtcDateTime.ToString("R", CultureInfo.InvariantCulture);
    }

    public static string ETag(DeliveryId version) => $"W/\"{version}\"";

    /// <summary>True when the client has this version already. Only the tag inside the quotes counts.</summary>
    public static bool IsKnown(HttpRequest request, DeliveryId version) => request.Headers.IfNoneMatch
        .SelectMany(header => (header ?? "").Split(','))
        .Any(tag => tag.Trim() is var one && (one == "*" || one.Replace("W/", "", StringComparison.Ordinal).Trim('"') == version.ToString()));
}
