using Microsoft.Extensions.Options;
using Redox.Media.Api.Fhir;

namespace Redox.Media.Api.Configuration;

/// <summary>Validates the clients. A failure names the key and the rule, never the value.</summary>
internal sealed class ClientValidation(TokenRules tokens) : IValidateOptions<ClientSettings>, IValidateOptions<FhirSettings>
{
    public const int MaxIdLength = 64;

    public static bool IsId(string id) =>
        id.Length is > 0 and <= MaxIdLength && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    public ValidateOptionsResult Validate(string? name, ClientSettings options)
    {
        string[] problems = [.. Enumerable.Range(0, options.Apps.Count).SelectMany(place => Problems(place, options.Apps))];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    public ValidateOptionsResult Validate(string? name, FhirSettings options)
    {
        string[] problems =
        [
            .. options.BaseUrl is null || IsUrl(options.BaseUrl, out _)
                ? Array.Empty<string>() : ["Fhir:BaseUrl must be an absolute http or https URL"],
            .. Enumerable.Range(0, options.AllowedOrigins.Count)
                .Where(place => !IsUrl(options.AllowedOrigins[place], out var origin)
                    || options.AllowedOrigins[place] != origin.GetLeftPart(UriPartial.Authority))
                .Select(place => $"Fhir:AllowedOrigins:{place} must be an origin, such as https://app.example.org, without a path"),
        ];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static bool IsUrl(string? text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Uri? url) =>
        Uri.TryCreate(text, UriKind.Absolute, out url) && url.Scheme is "http" or "https";

    /// <summary>What is wrong with one client among all.</summary>
    public IEnumerable<string> Problems(int place, IList<ClientApp> apps)
    {
        var (key, client) = ($"Clients:{place}", apps[place]);
        if (!IsId(client.Id))
        {
            yield return $"{key}:Id must have 1 to {MaxIdLength} letters, digits, hyphens, underscores or dots";
        }

        if (apps.Count(other => other.Id == client.Id) > 1)
        {
            yield return $"{key}:Id is the same as another client's";
        }

        foreach (var problem in tokens.Violations($"{key}:Secret", client.Secret))
        {
            yield return problem;
        }

        if (apps.Count(other => other.Secret == client.Secret) > 1)
        {
            yield return $"{key}:Secret is the same as another client's";
        }

        if (string.IsNullOrWhiteSpace(client.SourceId))
        {
            yield return $"{key}:SourceId is not set: it is the source of the documents that the client creates";
        }

        foreach (var _ in client.Scopes.Where(scope => !SmartScopes.IsOne(scope)))
        {
            yield return $"{key}:Scopes contains an unknown scope; valid are SMART scopes such as system/Media.cruds";
        }
    }
}
