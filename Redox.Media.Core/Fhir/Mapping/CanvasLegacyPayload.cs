using System.Collections.Frozen;
using System.Text.Json;
using Redox.Media.Core.Fhir.Validation;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Mapping;

/// <summary>
/// The other form of the documented request: the attribute table of Canvas Medical's Media page, with its <c>integration_*</c> members.
/// It is the message that the FHIR gateway passes on inwards, so it says the same as a Media and is turned into one (<see cref="CanvasLegacyMapper"/>); what the table
/// marks as required is required, and what it calls hard-coded is compared.
/// </summary>
public static class CanvasLegacyPayload
{
    /// <summary>What the table says <c>integration_source</c> and <c>identifier_type</c> are hard-coded to.</summary>
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

    /// <summary>True for a body that is in this form: it names no resource type, and a member that only this form has.</summary>
    public static bool Is(JsonElement body) =>
        body.ValueKind == JsonValueKind.Object && !body.TryGetProperty("resourceType"u8, out _)
        && (body.TryGetProperty("integration_payload"u8, out _) || body.TryGetProperty("integration_type"u8, out _)
            || body.TryGetProperty("integration_source"u8, out _) || body.TryGetProperty("patient_identifier"u8, out _));

    public static IReadOnlyList<FhirIssue> Validate(JsonElement body)
    {
        var issues = new List<FhirIssue>();
        foreach (var (path, isHardCoded) in Required)
        {
            var name = string.Join('.', path);
            var parent = path[..^1].Aggregate((JsonElement?)body, (at, step) => at is { } element ? JsonText.Member(element, System.Text.Encoding.ASCII.GetBytes(step)) : null);
            if (parent is not { ValueKind: JsonValueKind.Object } holder)
            {
                continue; // said of the parent already
            }

            var isFile = path[^1] == "content"; // cut out: what stands in its place is judged where the file is
            if (!holder.TryGetProperty(path[^1], out var value) || value.ValueKind == JsonValueKind.Null)
            {
                issues.Add(FhirIssue.Malformed(IssueCodes.Required, name, $"{name} is required."));
            }
            else if (Objects.Contains(path[^1]) ? value.ValueKind != JsonValueKind.Object : value.ValueKind != JsonValueKind.String || (!isFile && value.ValueEquals(""u8)))
            {
                issues.Add(FhirIssue.Malformed(IssueCodes.Value, name, $"{name} must be {(Objects.Contains(path[^1]) ? "an object" : "a text that is not empty")}."));
            }
            else if (isHardCoded && !value.ValueEquals(HardCoded))
            {
                issues.Add(FhirIssue.Malformed(IssueCodes.Value, name, $"{name} must be {HardCoded}."));
            }
        }

        if (FhirText.Of(FhirText.Object(body, "patient_identifier"u8), "identifier"u8) is { } patient && FhirReference.TypeOf(patient) is not (null or "Patient"))
        {
            const string name = "patient_identifier.identifier";
            issues.Add(FhirIssue.Malformed(IssueCodes.Value, name, $"{name} must be of a patient."));
        }

        var payload = FhirText.Object(body, "integration_payload"u8);
        foreach (var name in Optional)
        {
            if (payload.ValueKind == JsonValueKind.Object && payload.TryGetProperty(name, out var value)
                && value.ValueKind is not (JsonValueKind.String or JsonValueKind.Null))
            {
                issues.Add(FhirIssue.Malformed(IssueCodes.Value, "integration_payload." + name, $"integration_payload.{name} must be a text."));
            }
        }

        return issues;
    }
}
