using System.Text.Json;
using System.Text.Json.Nodes;
using Redox.Media.Core.Fhir.Validation;

namespace Redox.Media.Tests.Core.Fhir.Validation;

/// <summary>What the rules of R4 say of a Media.</summary>
internal static class R4Issues
{
    public static IReadOnlyList<FhirIssue> Of(string media)
    {
        using var document = JsonDocument.Parse(media);
        return R4Validator.Validate(document.RootElement);
    }

    /// <summary>Of the smallest legal Media with these members, each instead of its own.</summary>
    public static IReadOnlyList<FhirIssue> With(string members)
    {
        var media =
            JsonNode.Parse("""{"resourceType":"Media","status":"completed","content":{"contentType":"image/png","data":""}}""")!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(members)!.AsObject())
        {
            media[name] = value?.DeepClone();
        }

        return Of(media.ToJsonString());
    }

    /// <summary>Of the smallest legal Media without a member, and with these instead.</summary>
    public static IReadOnlyList<FhirIssue> Without(string name, string members)
    {
        var media = JsonNode.Parse(members)!.AsObject();
        media["resourceType"] = "Media";
        if (name != "status")
        {
            media["status"] = "completed";
        }

        if (name != "content")
        {
            media["content"] = JsonNode.Parse("""{"contentType":"image/png","data":""}""");
        }

        return Of(media.ToJsonString());
    }

    /// <summary>Each with its code and place, to be compared.</summary>
    public static IEnumerable<(string Code, string? Place)> Places(this IEnumerable<FhirIssue> issues) =>
        issues.Select(issue => (issue.Code, issue.Expression));
}
