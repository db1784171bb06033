namespace Redox.Media.Api.Configuration;

/// <summary>Section <c>Query:Rules</c>, a list: whose documents the queries that the Redox engine relays see.</summary>
public sealed class QueryRuleSettings
{
    /// <summary>Means every source in <see cref="VisibleSources"/>.</summary>
    public const string AllSources = "*";

    /// <summary>The <c>Meta.Source.ID</c> of the queries, or <c>*</c> for those without a rule of their own. Unique.</summary>
    public string Requester { get; init; } = "";

    /// <summary>The sources whose documents the queries see, <c>*</c> for all. At least one.</summary>
    public IList<string> VisibleSources { get; init; } = [];

    /// <summary>The visible sources of a query; null for all.</summary>
    public IReadOnlyList<string>? Sees => VisibleSources.Contains(AllSources) ? null : [.. VisibleSources];
}
