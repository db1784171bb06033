using System.Text.Json;
using Redox.Media.Core.Fhir.Mapping;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Validation;

/// <summary>
/// Canvas Medical's narrower Media: what its endpoint takes of R4. Source: Canvas Medical's Media page, its attributes for create. A
/// resource that breaks it is legal R4 all the same, so it is refused and not called malformed.
/// </summary>
public static class CanvasProfile
{
    public static readonly IReadOnlyList<string> Status = [FhirNames.Completed, FhirNames.EnteredInError];

    public static readonly IReadOnlyList<string> ContentTypes = ["image/heic", "image/jpeg", "image/png"];

    public static IEnumerable<FhirIssue> Validate(JsonElement media)
    {
        if (FhirText.Of(media, "status"u8) is not { } status || !Status.Contains(status))
        {
            yield return FhirIssue.Refused("Media.status", "Media.status must be one of " + string.Join(", ", Status) + " (Canvas profile).");
        }

        var subject = FhirText.Object(media, "subject"u8);
        if (string.IsNullOrEmpty(FhirText.Of(subject, "reference"u8)) || FhirReference.TypeOf(media, subject) != "Patient")
        {
            yield return FhirIssue.Refused("Media.subject", "Media.subject must have a reference to a patient (Canvas profile).");
        }

        var content = FhirText.Object(media, "content"u8);
        if (FhirText.Of(content, "contentType"u8) is not { } type || !ContentTypes.Contains(FileTypes.Essence(type), StringComparer.OrdinalIgnoreCase))
        {
            yield return FhirIssue.Refused(
                "Media.content.contentType", "Media.content.contentType must be one of " + string.Join(", ", ContentTypes) + " (Canvas profile).");
        }

        if (JsonText.Member(content, "data"u8) is null)
        {
            yield return FhirIssue.Refused("Media.content.data", "Media.content.data is required (Canvas profile).");
        }
    }
}
