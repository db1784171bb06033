using System.Collections.Frozen;
using Redox.Media.Core.Queries;

namespace Redox.Media.Api.Configuration;

/// <summary>The rules of <see cref="QuerySettings"/>: a changed rule takes effect without a restart.</summary>
internal sealed class QueryRules(LastKnownGood<QuerySettings> settings) : IQueryRules
{
    private Table _table = new(new QuerySettings());

    public SearchLimits Limits => settings.Value.Limits;

    public QueryRule? Find(string requester)
    {
        var current = settings.Value;
        var table = Volatile.Read(ref _table);
        if (!ReferenceEquals(table.Settings, current))
        {
            table = new Table(current);
            Volatile.Write(ref _table, table);
        }

        return table.Rules.GetValueOrDefault(requester) ?? table.Rules.GetValueOrDefault(QueryRule.AnyRequester);
    }

    /// <summary>The rules by requester, made once for each change of the settings.</summary>
    private sealed class Table(QuerySettings settings)
    {
        public QuerySettings Settings => settings;

        public FrozenDictionary<string, QueryRule> Rules { get; } = settings.Rules.ToFrozenDictionary(
            rule => rule.Requester, rule => new QueryRule(rule.Requester, rule.Sees), StringComparer.Ordinal);
    }
}
