using Microsoft.Extensions.Options;
using Redox.Media.Api.Fhir;

namespace Redox.Media.Api.Configuration;

/// <summary>Stops a start with clients that could do more than meant, or nothing; says which key and what to do, never a value.</summary>
internal sealed class ClientValidation(IHostEnvironment environment) : IValidateOptions<ClientSettings>, IValidateOptions<FhirSettings>
{
    private const int MinSecretLength = 16, MaxIdLength = 64;

    public ValidateOptionsResult Validate(string? name, ClientSettings options)
    {
        var problems = new List<string>();
        for (var i = 0; i < options.Apps.Count; i++)
        {
            var (key, client) = ($"Clients:{i}", options.Apps[i]);
            if (client.Id.Length is 0 or > MaxIdLength || !client.Id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            {
                problems.Add($"{key}:Id must have 1 to {MaxIdLength} letters, digits, hyphens, underscores or points");
            }

            if (options.Apps.Count(other => other.Id == client.Id) > 1)
            {
                problems.Add($"{key}:Id is the same as another client's");
            }

            if (string.IsNullOrWhiteSpace(client.Secret))
            {
                problems.Add($"{key}:Secret is empty");
            }
            else if (client.Secret.Length < MinSecretLength && !environment.IsDevelopment())
            {
                problems.Add($"{key}:Secret has fewer than {MinSecretLength} characters");
            }

            if (options.Apps.Count(other => other.Secret == client.Secret) > 1)
            {
                problems.Add($"{key}:Secret is the same as another client's");
            }

            if (string.IsNullOrWhiteSpace(client.SourceId))
            {
                problems.Add($"{key}:SourceId is not set: it is the source that the client's documents are of");
            }

            problems.AddRange(client.Scopes.Where(scope => !SmartScopes.IsOne(scope))
                .Select(_ => $"{key}:Scopes has one that is no SMART scope of a system here, such as system/Media.cruds or system/Media.read"));
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    public ValidateOptionsResult Validate(string? name, FhirSettings options) =>
        options.BaseUrl is null || (Uri.TryCreate(options.BaseUrl, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail("Fhir:BaseUrl must be an absolute http or https URL");
}
