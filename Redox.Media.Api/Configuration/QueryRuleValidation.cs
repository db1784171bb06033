using Microsoft.Extensions.Options;

namespace Redox.Media.Api.Configuration;

/// <summary>Validates the rules of relayed queries. A failure names the key and the rule, never the value.</summary>
internal sealed class QueryRuleValidation : IValidateOptions<QuerySettings>
{
    public ValidateOptionsResult Validate(string? name, QuerySettings options)
    {
        var problems = new List<string>();
        for (var i = 0; i < options.Rules.Count; i++)
        {
            var (key, rule) = ($"Query:Rules:{i}", options.Rules[i]);
            if (string.IsNullOrWhiteSpace(rule.Requester))
            {
                problems.Add($"{key}:Requester is not set: it is the Meta.Source.ID of the queries, or * for all others");
            }
            else if (options.Rules.Count(other => other.Requester == rule.Requester) > 1)
            {
                problems.Add($"{key}:Requester is the same as another rule's");
            }

            if (rule.VisibleSources.Count == 0)
            {
                problems.Add($"{key}:VisibleSources:0 is not set: it is the ID of a source whose documents the queries see, or * for all");
            }

            problems.AddRange(Enumerable.Range(0, rule.VisibleSources.Count)
                .Where(place => string.IsNullOrWhiteSpace(rule.VisibleSources[place]))
                .Select(place => $"{key}:VisibleSources:{place} is empty"));
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
