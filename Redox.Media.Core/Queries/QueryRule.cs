namespace Redox.Media.Core.Queries;

/// <summary>Whose documents the queries of one requester see, when the engine relays them.</summary>
/// <param name="Requester">The <c>Meta.Source.ID</c> of the queries, or <see cref="AnyRequester"/>.</param>
/// <param name="VisibleSources">The sources whose documents they see; null for all.</param>
public sealed record QueryRule(string Requester, IReadOnlyList<string>? VisibleSources)
{
    /// <summary>The requester of the rule for queries that have no rule of their own.</summary>
    public const string AnyRequester = "*";
}

/// <summary>The rules of the current settings.</summary>
public interface IQueryRules
{
    /// <summary>The rule of the exact requester, else the rule for any requester; null when there is neither.</summary>
    /// <param name="requester"><c>Meta.Source.ID</c> of the query, empty when it has none.</param>
    QueryRule? Find(string requester);

    SearchLimits Limits { get; }
}
