using System.Text.Json;
using Redox.Media.Core.Messages;

namespace Redox.Media.Core.Fhir;

/// <summary>Reads references. Source: FHIR R4, references: relative (<c>Patient/1</c>), absolute, <c>#</c> for what is contained.</summary>
internal static class FhirReference
{
    /// <summary>The reference without its version, and relative when it leads to this service itself.</summary>
    public static string Normal(string reference, string serviceBase)
    {
        var history = reference.IndexOf("/_history/", StringComparison.Ordinal);
        var unversioned = history < 0 ? reference : reference[..history];
        return unversioned.StartsWith(serviceBase + "/", StringComparison.Ordinal) ? unversioned[(serviceBase.Length + 1)..] : unversioned;
    }

    /// <summary>
    /// The ID by which Redox's side knows what a reference leads to: <c>1</c> for <c>Patient/1</c>, and for anything absolute the whole
    /// of it, since two servers may each have a patient 1. Null for another type than asked for.
    /// </summary>
    public static string? Id(JsonElement element, string type, string serviceBase)
    {
        if (FhirText.Of(element, "reference"u8) is not { Length: > 0 } text || text[0] == '#')
        {
            return null;
        }

        var reference = Normal(text, serviceBase);
        var segments = reference.Split('/');
        if (segments is [var itsType, var id])
        {
            return itsType == type ? id : null;
        }

        var named = segments.Length > 2 ? segments[^2] : FhirText.Of(element, "type"u8) ?? type;
        return named == type ? reference : null;
    }

    /// <summary>The contained resource that a local reference leads to; nothing when it is none.</summary>
    public static JsonElement Contained(JsonElement resource, JsonElement element) =>
        FhirText.Of(element, "reference"u8) is { Length: > 1 } reference && reference[0] == '#'
            ? JsonText.Elements(resource, "contained"u8).FirstOrDefault(inner => FhirText.Of(inner, "id"u8) == reference[1..])
            : default;
}
