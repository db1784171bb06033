using System.Collections.Frozen;

namespace Redox.Media.Api.Configuration;

/// <summary>
/// What a configured token must be, so that no other person knows or guesses it, and so that it proves one identity. In Development it
/// need only not be empty. A failure names the key and the rule, never the value.
/// </summary>
internal sealed class TokenRules(IHostEnvironment environment, IConfiguration configuration)
{
    private const int MinLength = 16, MinDistinctCharacters = 8;

    /// <summary>Tokens in the documentation and its examples. A test reads the documentation and finds them all.</summary>
    private static readonly FrozenSet<string> Published = new[]
    {
        SettingsSetup.DevelopmentToken, SettingsSetup.DevelopmentStaffToken, "camera-app-secret-0001", "change-me-to-a-long-random-text",
        "change-me-to-another-random-text", "…at least 16 characters…",
    }.ToFrozenSet(StringComparer.Ordinal);

    public IEnumerable<string> Violations(string key, string? token)
    {
        if (string.IsNullOrWhiteSpace(token))
        {
            yield return $"{key} is empty";
        }
        else if (!environment.IsDevelopment())
        {
            if (token.Length < MinLength)
            {
                yield return $"{key} has fewer than {MinLength} characters";
            }
            else if (token.Distinct().Count() < MinDistinctCharacters)
            {
                yield return $"{key} has fewer than {MinDistinctCharacters} different characters";
            }

            if (Published.Contains(token))
            {
                yield return $"{key} is a value of the documentation, which everybody knows";
            }

            if (Configured().Count(other => other?.Trim() == token) > 1)
            {
                yield return $"{key} is also the value of another entry";
            }
        }
    }

    // From the configuration, because each options object has the tokens of one section only.
    private IEnumerable<string?> Configured() =>
        configuration.GetSection($"{RedoxSettings.Section}:{nameof(RedoxSettings.VerificationTokens)}").GetChildren()
            .Select(token => token.Value)
            .Concat(configuration.GetSection(StaffMember.Section).GetChildren().Select(member => member[nameof(StaffMember.Token)]))
            .Concat(configuration.GetSection(ClientApp.Section).GetChildren().Select(client => client[nameof(ClientApp.Secret)]));
}
