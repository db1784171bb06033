namespace Redox.Media.Core.Queries;

/// <summary>The bounds of a query or a search. What is equal counts once.</summary>
/// <param name="MaxCriteria">Criteria of a FHIR search that are joined by AND.</param>
/// <param name="MaxValues">Values of all criteria of a FHIR search together.</param>
/// <param name="MaxRedoxValues">Values of all criteria of a Media.Query together, each of which an index finds.</param>
/// <param name="StatementTimeout">How long the database may take for a client's search.</param>
public sealed record SearchLimits(int MaxCriteria, int MaxValues, int MaxRedoxValues, TimeSpan StatementTimeout)
{
    /// <summary>Documents of the answer to a Media.Query.</summary>
    public int MaxDocuments { get; init; } = 1000;

    public string CriteriaRule => $"may have at most {MaxCriteria} criteria (Query:MaxCriteria)";

    public string ValuesRule => $"may have at most {MaxValues} values (Query:MaxValues)";

    public string RedoxValuesRule => $"may have at most {MaxRedoxValues} values (Query:MaxRedoxValues)";
}
