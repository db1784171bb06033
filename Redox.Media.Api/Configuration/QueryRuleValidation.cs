using Microsoft.Extensions.Options;

namespace Redox.Media.Api.Configuration;

/// <summary>Validates the rules of relayed queries. A failure names the key and the rule, never the value.</summary>
internal sealed class QueryRuleValidation : IValidateOptions<QuerySettings>
{
    public ValidateOptionsResult Validate(string? name, QuerySettings options)
    {
        string[] problems = [.. Enumerable.Range(0, options.Rules.Count).SelectMany(place => Problems(place, options.Rules))];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    /// <summary>What is wrong with one rule among all.</summary>
    public static IEnumerable<string> Problems(int place, IList<QueryRuleSettings> rules)
    {
        var (key, rule) = ($"Query:Rules:{place}", rules[place]);
        if (string.IsNullOrWhiteSpace(rule.Requester))
        {
            yield return $"{key}:Requester is not set: it is the Meta.Source.ID of the queries, or * for all others";
        }
        else if (rules.Count(other => other.Requester == rule.Requester) > 1)
        {
            yield return $"{key}:Requester is the same as another rule's";
        }

        if (rule.VisibleSources.Count == 0)
        {
            yield return $"{key}:VisibleSources:0 is not set: it is the ID of a source whose documents the queries see, or * for all";
        }

        for (var i = 0; i < rule.VisibleSources.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(rule.VisibleSources[i]))
            {
                yield return $"{key}:VisibleSources:{i} is empty";
            }
        }
    }
}
