using Microsoft.Extensions.Options;
using Redox.Media.Api.Security;

namespace Redox.Media.Api.Configuration;

/// <summary>Validates the tokens of the engine and of staff. A failure names the key and the rule, never the value.</summary>
internal sealed class SettingsValidation(TokenRules tokens) : IValidateOptions<RedoxSettings>, IValidateOptions<StaffSettings>
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
        string[] problems = [.. options.Members.SelectMany((member, place) => Problems(place, member))];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    /// <summary>What is wrong with one of the engine's tokens.</summary>
    public IEnumerable<string> Problems(int place, string? token) => tokens.Violations($"Redox:VerificationTokens:{place}", token);

    /// <summary>What is wrong with one member of staff.</summary>
    public IEnumerable<string> Problems(int place, StaffMember member)
    {
        foreach (var problem in tokens.Violations($"Staff:{place}:Token", member.Token))
        {
            yield return problem;
        }

        if (string.IsNullOrWhiteSpace(member.Name))
        {
            yield return $"Staff:{place}:Name is not set: it identifies the person in audit rows";
        }

        foreach (var _ in member.Roles.Where(role => !StaffRoles.All.Contains(role)))
        {
            yield return $"Staff:{place}:Roles names a role that does not exist; the roles are {string.Join(", ", StaffRoles.All)}";
        }
    }
}
