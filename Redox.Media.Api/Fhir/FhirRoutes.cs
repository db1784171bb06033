using Redox.Media.Core.Fhir.Mapping;

namespace Redox.Media.Api.Fhir;

/// <summary>What can be done at an address.</summary>
internal enum InteractionKind
{
    Create,
    Read,
    VRead,
    Search,
    Content,
}

/// <summary>One interaction: how it is asked for, and the permission that it needs.</summary>
internal sealed record Interaction(InteractionKind Kind, string[] Methods, Permissions Needs)
{
    /// <summary>What the row of a request is filed under, such as <c>Media.vread</c>.</summary>
    public string NameFor(FhirResourceType type) => $"{type}.{Kind.ToString().ToLowerInvariant()}";

    /// <summary>The permission that this very request needs.</summary>
    /// <remarks>A conditional create tells what a search would: whether there is one, and which.</remarks>
    public Permissions NeedsOf(HttpRequest request) =>
        Kind == InteractionKind.Create && request.Headers.ContainsKey(CreateInteraction.ConditionHeader) ? Needs | Permissions.Search : Needs;
}

/// <summary>An address that exists, with what can be done there.</summary>
internal sealed record FhirAddress(string? Id, string? Version, IReadOnlyList<Interaction> Interactions)
{
    public IEnumerable<string> Methods => Interactions.SelectMany(interaction => interaction.Methods);

    public Interaction? Find(string method) =>
        Interactions.FirstOrDefault(interaction => interaction.Methods.Contains(method, StringComparer.OrdinalIgnoreCase));
}

/// <summary>The addresses of the door. The capability statement is written from the same table.</summary>
internal static class FhirRoutes
{
    public static readonly Interaction Create = new(InteractionKind.Create, ["POST"], Permissions.Create);
    public static readonly Interaction Read = new(InteractionKind.Read, ["GET", "HEAD"], Permissions.Read);
    public static readonly Interaction VRead = new(InteractionKind.VRead, ["GET", "HEAD"], Permissions.Read);
    public static readonly Interaction Search = new(InteractionKind.Search, ["GET", "HEAD"], Permissions.Search);
    private static readonly Interaction PostedSearch = new(InteractionKind.Search, ["POST"], Permissions.Search);
    private static readonly Interaction Content = new(InteractionKind.Content, ["GET", "HEAD"], Permissions.Read);

    /// <summary>What can be done with a type at all.</summary>
    public static IReadOnlyList<Interaction> Of(FhirResourceType type) =>
        type == FhirResourceType.Media ? [Create, Read, VRead, Search] : [Read, VRead, Search];

    /// <param name="segments">What follows the type in the address.</param>
    public static FhirAddress? Find(FhirResourceType type, string[] segments) => segments switch
    {
        [] => new FhirAddress(null, null, type == FhirResourceType.Media ? [Search, Create] : [Search]),
        ["_search"] => new FhirAddress(null, null, [PostedSearch]),
        [var id] => new FhirAddress(id, null, [Read]),
        [var id, "_history", var version] => new FhirAddress(id, version, [VRead]),
        [var id, "files", "content"] => new FhirAddress(id, null, [Content]),
        [var id, "_history", var version, "files", "content"] => new FhirAddress(id, version, [Content]),
        _ => null,
    };

    /// <summary>The address as a log may have it: without what a client put into it.</summary>
    public static string Pattern(string typeName, string[] segments) =>
        !Enum.TryParse<FhirResourceType>(typeName, out var type) ? "/{type}"
        : segments switch
        {
            [] => $"/{type}",
            ["_search"] => $"/{type}/_search",
            [_] => $"/{type}/{{id}}",
            [_, "_history", _] => $"/{type}/{{id}}/_history/{{vid}}",
            [.., "files", "content"] => $"/{type}/{{id}}/files/content",
            _ => $"/{type}/...",
        };
}
