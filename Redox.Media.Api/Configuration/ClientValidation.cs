using Microsoft.Extensions.Options;
using Redox.Media.Api.Fhir;

namespace Redox.Media.Api.Configuration;

/// <summary>Validates the clients. A failure names the key and the rule, never the value.</summary>
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
                problems.Add($"{key}:Id must have 1 to {MaxIdLength} letters, digits, hyphens, underscores or dots");
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
                problems.Add($"{key}:SourceId is not set: it is the source of the documents that the client creates");
            }

            problems.AddRange(client.Scopes.Where(scope => !SmartScopes.IsOne(scope))
                .Select(_ => $"{key}:Scopes contains an unknown scope; valid are SMART scopes such as system/Media.cruds"));
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    public ValidateOptionsResult Validate(string? name, FhirSettings options) =>
        options.BaseUrl is null || (Uri.TryCreate(options.BaseUrl, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail("Fhir:BaseUrl must be an absolute http or https URL");
}
