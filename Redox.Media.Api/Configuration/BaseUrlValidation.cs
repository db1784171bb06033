using Microsoft.Extensions.Options;

namespace Redox.Media.Api.Configuration;

/// <summary>
/// Requires that the addresses in answers to clients do not come from whatever host a request names: from the base URL, or from one of the
/// hosts that ASP.NET Core lets pass.
/// </summary>
internal sealed class BaseUrlValidation(IHostEnvironment environment, IConfiguration configuration) : IValidateOptions<FhirSettings>
{
    private const string AllowedHosts = "AllowedHosts";

    /// <summary>What ASP.NET Core takes for every host.</summary>
    private static readonly string[] AnyHost = ["*", "[::]", "0.0.0.0"];

    public ValidateOptionsResult Validate(string? name, FhirSettings options) =>
        environment.IsDevelopment() || !string.IsNullOrWhiteSpace(options.BaseUrl) || HasAllowedHosts()
        || !configuration.GetSection(ClientApp.Section).GetChildren().Any()
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"Fhir:BaseUrl is not set: it is the URL by which clients reach the service, such as https://media.example.org; or set "
                + $"{AllowedHosts} to the hosts of their requests");

    private bool HasAllowedHosts()
    {
        var hosts = (configuration[AllowedHosts] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return hosts.Length > 0 && !hosts.Any(AnyHost.Contains);
    }
}
