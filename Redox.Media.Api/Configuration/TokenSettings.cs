namespace Redox.Media.Api.Configuration;

/// <summary>
/// Section <c>Tokens</c>: access tokens for registered clients. The issuer is <see cref="FhirSettings.BaseUrl"/>; without it there are no
/// tokens.
/// </summary>
public sealed record TokenSettings
{
    public const string Section = "Tokens";

    /// <summary>
    /// Audiences that an assertion may name beside the issuer and its token endpoint, such as the token endpoint of Redox while this
    /// service stands in for it. Default none.
    /// </summary>
    public IList<string> Audiences { get; init; } = [];
}
