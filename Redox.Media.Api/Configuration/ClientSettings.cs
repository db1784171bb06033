namespace Redox.Media.Api.Configuration;

/// <summary>Section <c>Clients</c>, a list: apps that use the FHIR API or send Redox messages themselves.</summary>
public sealed class ClientApp
{
    public const string Section = "Clients";

    /// <summary>Means every source in <see cref="VisibleSources"/>.</summary>
    public const string AllSources = "*";

    /// <summary>
    /// The client's name in delivery rows and logs, and the source name of its documents. Unique; letters, digits, <c>-</c>, <c>_</c> and
    /// <c>.</c>.
    /// </summary>
    public string Id { get; init; } = "";

    /// <summary>The bearer token, without white space around it (<see cref="TokenRules"/>).</summary>
    public string Secret { get; init => field = value?.Trim() ?? ""; } = "";

    /// <summary>The source of the documents that the client creates, as in <c>Meta.Source.ID</c>.</summary>
    public string SourceId { get; init; } = "";

    /// <summary>Permissions as SMART scopes: <c>system/Media.cruds</c>, <c>system/Media.read</c>. An empty list permits nothing.</summary>
    public IList<string> Scopes { get; init; } = [];

    /// <summary>The sources whose documents the client may see, <c>*</c> for all. An empty list means its own source.</summary>
    public IList<string> VisibleSources { get; init; } = [];

    /// <summary>The limit of a registered client; null for <see cref="FhirSettings.MaxRequestsPerSecond"/>. Not a setting.</summary>
    public int? MaxRequestsPerSecond { get; internal init; }

    /// <summary>The visible sources of a search; null for all.</summary>
    public IReadOnlyList<string>? Sees =>
        VisibleSources.Contains(AllSources) ? null : VisibleSources.Count == 0 ? [SourceId] : [.. VisibleSources];
}

/// <summary>The client list as one options object.</summary>
public sealed class ClientSettings
{
    public IList<ClientApp> Apps { get; init; } = [];
}
