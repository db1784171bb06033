using Microsoft.Extensions.Options;
using Redox.Media.Api.Security;

namespace Redox.Media.Api.Configuration;

/// <summary>Validates the tokens of the engine and of staff. A failure names the key and the rule, never the value.</summary>
internal sealed class SettingsValidation(IHostEnvironment environment) : IValidateOptions<RedoxSettings>, IValidateOptions<StaffSettings>
{
    private const int MinTokenLength = 16;

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

        for (var i = 0; i < options.VerificationTokens.Count; i++)
        {
            CheckToken($"Redox:VerificationTokens:{i}", options.VerificationTokens[i], problems);
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    public ValidateOptionsResult Validate(string? name, StaffSettings options)
    {
        var problems = new List<string>();
        for (var i = 0; i < options.Members.Count; i++)
        {
            var member = options.Members[i];
            CheckToken($"Staff:{i}:Token", member.Token, problems);
            if (string.IsNullOrWhiteSpace(member.Name))
            {
                problems.Add($"Staff:{i}:Name is not set: it identifies the person in audit rows");
            }

            problems.AddRange(member.Roles.Where(role => !StaffRoles.All.Contains(role))
                .Select(_ => $"Staff:{i}:Roles names a role that does not exist; the roles are {string.Join(", ", StaffRoles.All)}"));
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private void CheckToken(string key, string token, List<string> problems)
    {
        if (string.IsNullOrWhiteSpace(token))
        {
            problems.Add($"{key} is empty");
        }
        else if (token.Length < MinTokenLength && !environment.IsDevelopment())
        {
            problems.Add($"{key} has fewer than {MinTokenLength} characters");
        }
    }
}
