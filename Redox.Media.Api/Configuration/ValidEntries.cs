namespace Redox.Media.Api.Configuration;

/// <summary>
/// Reads the lists of an invalid section entry by entry. A valid entry takes effect. An entry that is not there any more has none. An
/// invalid entry stays as it was if it has the token that it had and names every right that it had, and otherwise has no effect: what was
/// removed must stop working, whatever else is wrong.
/// </summary>
internal sealed class ValidEntries(IConfiguration configuration, SettingsValidation validation, ClientValidation clientValidation)
    : IValidEntries<RedoxSettings>, IValidEntries<StaffSettings>, IValidEntries<ClientSettings>, IValidEntries<QuerySettings>
{
    public RedoxSettings Read(RedoxSettings last)
    {
        var tokens = Entries<string>($"{RedoxSettings.Section}:{nameof(RedoxSettings.VerificationTokens)}").Select(token => token.Trim());
        return last with
        {
            VerificationTokens =
                [.. tokens.Where((token, place) => !validation.Problems(place, token).Any() || last.VerificationTokens.Contains(token))],
        };
    }

    public StaffSettings Read(StaffSettings last)
    {
        var members = Entries<StaffMember>(StaffMember.Section);
        return new StaffSettings
        {
            Members =
            [
                .. members
                    .Select((now, place) => !validation.Problems(place, members).Any()
                        ? now
                        : last.Members.FirstOrDefault(then => then.Token == now.Token && then.Roles.All(now.Roles.Contains)
                            && then.Sources.SequenceEqual(now.Sources)))
                    .OfType<StaffMember>(),
            ],
        };
    }

    public ClientSettings Read(ClientSettings last)
    {
        var apps = Entries<ClientApp>(ClientApp.Section);
        return new ClientSettings
        {
            Apps =
            [
                .. apps
                    .Select((now, place) => !clientValidation.Problems(place, apps).Any()
                        ? now
                        : last.Apps.FirstOrDefault(then => then.Id == now.Id && then.Secret == now.Secret
                            && then.Scopes.All(now.Scopes.Contains) && then.VisibleSources.SequenceEqual(now.VisibleSources)))
                    .OfType<ClientApp>(),
            ],
        };
    }

    // A requester with an invalid rule keeps a rule, with which it may see nothing: without one, the rule for all others would apply to it.
    public QuerySettings Read(QuerySettings last)
    {
        var rules = Entries<QueryRuleSettings>($"{QuerySettings.Section}:{nameof(QuerySettings.Rules)}");
        var valid = rules.Where((_, place) => !QueryRuleValidation.Problems(place, rules).Any()).ToList();
        var rest = rules.Where(rule => !string.IsNullOrWhiteSpace(rule.Requester)).ExceptBy(valid.Select(RequesterOf), RequesterOf)
            .Select(now => last.Rules.FirstOrDefault(then => then.Requester == now.Requester
                    && rules.Where(rule => rule.Requester == now.Requester)
                        .All(rule => IsBlank(rule) || then.VisibleSources.All(rule.VisibleSources.Contains)))
                ?? new QueryRuleSettings { Requester = now.Requester });
        return last with { Rules = [.. valid, .. rest] };
    }

    // Nothing was removed on purpose where all sources are blank.
    private static bool IsBlank(QueryRuleSettings rule) =>
        rule.VisibleSources.Count > 0 && rule.VisibleSources.All(string.IsNullOrWhiteSpace);

    private static string RequesterOf(QueryRuleSettings rule) => rule.Requester;

    // Each by itself: a value of the wrong type makes its entry empty, which is invalid, and no other.
    private List<T> Entries<T>(string section)
        where T : class
    {
        return [.. configuration.GetSection(section).GetChildren().Select(Entry)];

        static T Entry(IConfigurationSection entry)
        {
            try
            {
                return entry.Get<T>() ?? Empty();
            }
            catch (InvalidOperationException)
            {
                return Empty();
            }
        }

        static T Empty() => typeof(T) == typeof(string) ? (T)(object)"" : Activator.CreateInstance<T>();
    }
}
