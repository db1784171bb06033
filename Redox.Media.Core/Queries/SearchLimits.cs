namespace Redox.Media.Core.Queries;

/// <summary>The bounds of a query or a search. What is equal counts once.</summary>
/// <param name="MaxCriteria">Criteria that are joined by AND.</param>
/// <param name="MaxValues">Values of all criteria together.</param>
/// <param name="StatementTimeout">How long the database may take for a client's search.</param>
public sealed record SearchLimits(int MaxCriteria, int MaxValues, TimeSpan StatementTimeout)
{
    public string CriteriaRule => $"may have at most {MaxCriteria} criteria (Query:MaxCriteria)";

    public string ValuesRule => $"may have at most {MaxValues} values (Query:MaxValues)";
}
