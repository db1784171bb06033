using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Redox.Media.Api.Outbound;

namespace Redox.Media.Api.Configuration;

/// <summary>Validates the settings of connections to remote hosts. A failure names the key and the rule, never the value.</summary>
internal sealed class OutboundValidation : IValidateOptions<OutboundSettings>
{
    public ValidateOptionsResult Validate(string? name, OutboundSettings options)
    {
        var problems = options.PrivateHosts
            .Select((host, place) => PrivateHost.Parse(host) is null
                ? $"{OutboundSettings.Section}:{nameof(options.PrivateHosts)}:{place} must be a host, or a host and a port as host:port"
                : null)
            .OfType<string>().ToList();
        if (!string.IsNullOrWhiteSpace(options.TrustedCertificates) && !HasCertificates(options))
        {
            problems.Add($"{OutboundSettings.Section}:{nameof(options.TrustedCertificates)} must be a PEM file with certificates");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static bool HasCertificates(OutboundSettings options)
    {
        try
        {
            return options.ReadCertificates().Count > 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return false;
        }
    }
}
