namespace Redox.Media.Api.Configuration;

/// <summary>Section <c>Clients</c>, a list: apps that speak for themselves.</summary>
public sealed class ClientApp
{
    public const string Section = "Clients";

    /// <summary>Stands for every source in <see cref="VisibleSources"/>.</summary>
    public const string AllSources = "*";

    /// <summary>Names the app in deliveries' rows, in logs and as the source's name; unique, of letters, digits, <c>-</c>, <c>_</c> and <c>.</c>.</summary>
    public string Id { get; init; } = "";

    /// <summary>Its bearer token; at least 16 characters outside Development.</summary>
    public string Secret { get; init; } = "";

    /// <summary>The source whose documents its own become, as <c>Meta.Source.ID</c> would name it.</summary>
    public string SourceId { get; init; } = "";

    /// <summary>What it may do, as SMART scopes: <c>system/Media.cruds</c>, <c>system/Media.read</c>. None: nothing.</summary>
    public IList<string> Scopes { get; init; } = [];

    /// <summary>The sources whose documents it may see, <c>*</c> for all. None: its own alone.</summary>
    public IList<string> VisibleSources { get; init; } = [];

    /// <summary>The sources for a search; null for all.</summary>
    public IReadOnlyList<string>? Sees =>
        VisibleSources.Contains(AllSources) ? null : VisibleSources.Count == 0 ? [SourceId] : [.. VisibleSources];
}

/// <summary>The client list as one options object.</summary>
public sealed class ClientSettings
{
    public IList<ClientApp> Apps { get; init; } = [];
}
