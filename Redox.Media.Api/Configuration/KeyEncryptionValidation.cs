using Microsoft.Extensions.Options;

namespace Redox.Media.Api.Configuration;

/// <summary>Validates the keys that encrypt other keys. A failure names the key and the rule, never the value.</summary>
internal sealed class KeyEncryptionValidation(IHostEnvironment environment) : IValidateOptions<KeyEncryptionSettings>
{
    private const int MinDistinctBytes = 12; // of 32 random bytes, fewer than 20 are improbable

    public ValidateOptionsResult Validate(string? name, KeyEncryptionSettings options)
    {
        string[] problems = options.Keys.Count == 0
            ? [
                "KeyEncryption:Keys:0 is not set: give it 32 random bytes in Base64 (openssl rand -base64 32), the same in every instance; "
                + "keys that are stored in the database are encrypted with it",
            ]
            : [.. options.Keys.SelectMany((key, place) => Problems($"{KeyEncryptionSettings.Section}:Keys:{place}", key, options.Keys))];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private IEnumerable<string> Problems(string key, string? value, IList<string> all)
    {
        if (KeyEncryptionSettings.Decode(value) is not { } bytes)
        {
            yield return $"{key} must be {KeyEncryptionSettings.KeyBytes} bytes in Base64, as openssl rand -base64 32 prints them";
            yield break;
        }

        if (environment.IsDevelopment())
        {
            yield break;
        }

        if (bytes.Distinct().Count() < MinDistinctBytes)
        {
            yield return $"{key} has fewer than {MinDistinctBytes} different bytes: it is not random";
        }

        if (bytes.AsSpan().SequenceEqual(KeyEncryptionSettings.Decode(KeyEncryptionSettings.DevelopmentKey)))
        {
            yield return $"{key} is the key of Development, which everybody knows";
        }

        if (all.Count(other => KeyEncryptionSettings.Decode(other)?.AsSpan().SequenceEqual(bytes) == true) > 1)
        {
            yield return $"{key} is also the value of another entry";
        }
    }
}
