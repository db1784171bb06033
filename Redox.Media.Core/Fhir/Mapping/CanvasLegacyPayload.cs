using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using Redox.Media.Core.Fhir.Validation;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Mapping;

/// <summary>
/// The attribute form of a create: the attribute table of Canvas Medical's Media page, with its <c>integration_*</c> members, which its
/// FHIR gateway sends inwards. <see cref="CanvasLegacyMapper"/> maps it to a Media. The attributes that the table marks as required are
/// required, and those that it calls hard-coded are compared.
/// </summary>
public static class CanvasLegacyPayload
{
    /// <summary>The value to which the table says <c>integration_source</c> and <c>identifier_type</c> are hard-coded.</summary>
    public const string HardCoded = "fumage";

    private static readonly (string[] Path, bool IsHardCoded)[] Required =
    [
        (["integration_type"], false),
        (["integration_source"], true),
        (["patient_identifier"], false),
        (["patient_identifier", "identifier_type"], true),
        (["patient_identifier", "identifier"], false),
        (["integration_payload"], false),
        (["integration_payload", "status"], false),
        (["integration_payload", "encounter_id"], false),
        (["integration_payload", "media"], false),
        (["integration_payload", "media", "content_type"], false),
        (["integration_payload", "media", "content"], false),
    ];

    private static readonly string[] Objects = ["patient_identifier", "integration_payload", "media"];

    private static readonly string[] Optional = ["originator", "title", "narrative"];

    /// <summary>The names of all its members.</summary>
    internal static FrozenSet<string> Names { get; } = Required.Select(row => row.Path[^1]).Concat(Optional).ToFrozenSet();

    /// <summary>True for a body in this form: it has no resource type, and a member that only this form has.</summary>
    public static bool Is(JsonElement body) =>
        body.ValueKind == JsonValueKind.Object && !body.TryGetProperty("resourceType"u8, out _)
        && (body.TryGetProperty("integration_payload"u8, out _) || body.TryGetProperty("integration_type"u8, out _)
            || body.TryGetProperty("integration_source"u8, out _) || body.TryGetProperty("patient_identifier"u8, out _));

    public static IReadOnlyList<FhirIssue> Validate(JsonElement body)
    {
        var issues = new List<FhirIssue>();
        foreach (var (path, isHardCoded) in Required)
        {
            var parent = path[..^1].Aggregate(body, (element, name) => JsonText.Member(element, Encoding.ASCII.GetBytes(name)) ?? default);

            // A parent that is absent or not an object has an issue of its own.
            if (parent.ValueKind == JsonValueKind.Object && Problem(parent, path[^1], isHardCoded) is { } problem)
            {
                var name = string.Join('.', path);
                issues.Add(FhirIssue.Malformed(problem.Code, name, $"{name} {problem.Rule}."));
            }
        }

        var patient = FhirJson.Text(FhirJson.Object(body, "patient_identifier"u8), "identifier"u8);
        if (patient is not null && FhirReference.TypeOf(patient) is not (null or "Patient"))
        {
            const string name = "patient_identifier.identifier";
            issues.Add(FhirIssue.Malformed(IssueCodes.Value, name, $"{name} must refer to a patient."));
        }

        var payload = FhirJson.Object(body, "integration_payload"u8);
        foreach (var name in Optional)
        {
            if (payload.ValueKind == JsonValueKind.Object && payload.TryGetProperty(name, out var value)
                && value.ValueKind is not (JsonValueKind.String or JsonValueKind.Null))
            {
                var path = "integration_payload." + name;
                issues.Add(FhirIssue.Malformed(IssueCodes.Value, path, $"{path} must be a string."));
            }
        }

        return issues;
    }

    // The file has been removed from the body: content is an empty string.
    private static (string Code, string Rule)? Problem(JsonElement parent, string name, bool isHardCoded) =>
        !parent.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? (IssueCodes.Required, "is required")
        : Objects.Contains(name) ? value.ValueKind == JsonValueKind.Object ? null : (IssueCodes.Value, "must be an object")
        : value.ValueKind != JsonValueKind.String || (value.ValueEquals(""u8) && name != "content")
            ? (IssueCodes.Value, "must be a string that is not empty")
        : isHardCoded && !value.ValueEquals(HardCoded) ? (IssueCodes.Value, "must be " + HardCoded)
        : null;
}
