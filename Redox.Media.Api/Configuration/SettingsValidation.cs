using Microsoft.Extensions.Options;
using Redox.Media.Api.Security;

namespace Redox.Media.Api.Configuration;

/// <summary>Validates the tokens of the engine and of staff. A failure names the key and the rule, never the value.</summary>
internal sealed class SettingsValidation(TokenRules tokens, IConfiguration configuration)
    : IValidateOptions<RedoxSettings>, IValidateOptions<StaffSettings>
{
    public ValidateOptionsResult Validate(string? name, RedoxSettings options)
    {
        var problems = new List<string>();
        if (options.VerificationTokens.Count == 0)
        {
            problems.Add("Redox:VerificationTokens:0 is not set: give it the verification token of the destination in the Redox dashboard");
        }

        if (!Enum.IsDefined(options.InvalidEvents))
        {
            problems.Add($"Redox:InvalidEvents must be {nameof(InvalidEvents.SetAside)} or {nameof(InvalidEvents.Reject)}");
        }

        problems.AddRange(options.VerificationTokens.SelectMany((token, place) => Problems(place, token)));
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    public ValidateOptionsResult Validate(string? name, StaffSettings options)
    {
        string[] problems = [.. Enumerable.Range(0, options.Members.Count).SelectMany(place => Problems(place, options.Members))];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    /// <summary>What is wrong with one of the engine's tokens.</summary>
    public IEnumerable<string> Problems(int place, string? token) => tokens.Violations($"Redox:VerificationTokens:{place}", token);

    /// <summary>What is wrong with one member of staff among all.</summary>
    public IEnumerable<string> Problems(int place, IList<StaffMember> members)
    {
        var (key, member) = ($"{StaffMember.Section}:{place}", members[place]);
        foreach (var problem in tokens.Violations($"{key}:Token", member.Token))
        {
            yield return problem;
        }

        if (string.IsNullOrWhiteSpace(member.Name))
        {
            yield return $"{key}:Name is not set: it identifies the person in audit rows";
        }
        else if (members.Count(other => string.Equals(other.Name, member.Name, StringComparison.OrdinalIgnoreCase)) > 1)
        {
            yield return $"{key}:Name is the same as another entry's: an entry is one person, who has one token";
        }

        foreach (var _ in member.Roles.Where(role => !StaffRoles.All.Contains(role)))
        {
            yield return $"{key}:Roles names a role that does not exist; the roles are {string.Join(", ", StaffRoles.All)}";
        }

        for (var i = 0; i < member.Sources.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(member.Sources[i]))
            {
                yield return $"{key}:Sources:{i} is empty: it is the ID of a source whose deliveries the person may see, or * for all";
            }
        }

        // A list in place of which there is one text has no elements, which would mean all sources.
        var section = configuration.GetSection(StaffMember.Section).GetChildren().ElementAtOrDefault(place);
        if (!string.IsNullOrEmpty(section?[nameof(StaffMember.Sources)]))
        {
            yield return $"{key}:Sources is a text and must be a list: the first source is {key}:Sources:0";
        }
    }
}
