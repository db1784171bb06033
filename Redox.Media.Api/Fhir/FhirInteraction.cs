using Redox.Media.Core.Fhir.Mapping;

namespace Redox.Media.Api.Fhir;

internal enum InteractionKind
{
    Create,
    Read,
    VRead,
    Search,

    /// <summary>The file of a document at the address that <c>content.url</c> names.</summary>
    Content,

    /// <summary>The file of one version of a document.</summary>
    VersionContent,
}

/// <summary>
/// One interaction of one resource type at one route. The endpoints are mapped and the capability statement is written from
/// <see cref="All"/>. Source: FHIR R4, http.
/// </summary>
internal sealed record FhirInteraction(InteractionKind Kind, FhirResourceType Type, string Path, string[] Methods, Permissions Needed)
{
    private static readonly string[] GetOrHead = ["GET", "HEAD"];
    private static readonly string[] Post = ["POST"];

    public static readonly IReadOnlyList<FhirInteraction> All = [.. Enum.GetValues<FhirResourceType>().SelectMany(Of)];

    public string Pattern { get; } = $"/{Type}{Path}";

    /// <summary>The event name of the request's delivery, such as <c>Media.vread</c>.</summary>
    public string Name { get; } = $"{Type}.{(Kind == InteractionKind.VersionContent ? "content" : Kind.ToString().ToLowerInvariant())}";

    /// <summary>FHIR's code of the interaction in the capability statement; null for reading content, which is none of FHIR's.</summary>
    public string? Code => Kind switch
    {
        InteractionKind.Create => "create",
        InteractionKind.Read => "read",
        InteractionKind.VRead => "vread",
        InteractionKind.Search => "search-type",
        _ => null,
    };

    public static IEnumerable<FhirInteraction> Of(FhirResourceType type)
    {
        if (type == FhirResourceType.Media)
        {
            yield return new(InteractionKind.Create, type, "", Post, Permissions.Create);
        }

        yield return new(InteractionKind.Read, type, "/{id}", GetOrHead, Permissions.Read);
        yield return new(InteractionKind.VRead, type, "/{id}/_history/{vid}", GetOrHead, Permissions.Read);
        yield return new(InteractionKind.Search, type, "", GetOrHead, Permissions.Search);
        yield return new(InteractionKind.Search, type, "/_search", Post, Permissions.Search);
        yield return new(InteractionKind.Content, type, "/{id}/files/content", GetOrHead, Permissions.Read);
        yield return new(InteractionKind.VersionContent, type, "/{id}/_history/{vid}/files/content", GetOrHead, Permissions.Read);
    }
}
