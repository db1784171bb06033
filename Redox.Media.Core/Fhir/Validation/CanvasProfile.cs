using System.Text.Json;
using Redox.Media.Core.Fhir.Mapping;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Validation;

/// <summary>
/// The subset of R4's Media that Canvas Medical's endpoint accepts. A resource that breaks it is valid R4, so it is refused and not
/// malformed. Source: Canvas Medical's Media page, its attributes for create.
/// </summary>
public static class CanvasProfile
{
    public static readonly IReadOnlyList<string> Status = [FhirNames.Completed, FhirNames.EnteredInError];

    public static readonly IReadOnlyList<string> ContentTypes = ["image/heic", "image/jpeg", "image/png"];

    public static IEnumerable<FhirIssue> Validate(JsonElement media)
    {
        if (FhirJson.Text(media, "status"u8) is not { } status || !Status.Contains(status))
        {
            yield return OneOf("Media.status", Status);
        }

        var subject = FhirJson.Object(media, "subject"u8);
        if (string.IsNullOrEmpty(FhirJson.Text(subject, "reference"u8)) || FhirReference.TypeOf(media, subject) != "Patient")
        {
            yield return FhirIssue.Refused("Media.subject", "Media.subject must have a reference to a patient (Canvas profile).");
        }

        var content = FhirJson.Object(media, "content"u8);
        if (FhirJson.Text(content, "contentType"u8) is not { } type
            || !ContentTypes.Contains(FileTypes.Essence(type), StringComparer.OrdinalIgnoreCase))
        {
            yield return OneOf("Media.content.contentType", ContentTypes);
        }

        if (JsonText.Member(content, "data"u8) is null)
        {
            yield return FhirIssue.Refused("Media.content.data", "Media.content.data is required (Canvas profile).");
        }
    }

    private static FhirIssue OneOf(string path, IReadOnlyList<string> codes) =>
        FhirIssue.Refused(path, $"{path} must be one of {string.Join(", ", codes)} (Canvas profile).");
}
