using System.ComponentModel.DataAnnotations;

namespace Redox.Media.Api.Configuration;

/// <summary>Section <c>Console</c>: the pages for support staff at <c>/support</c>.</summary>
public sealed record ConsoleSettings
{
    public const string Section = "Console";

    /// <summary>A session without a request ends after this time. Default 15 min; 1 min to 12 h.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "12:00:00")]
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>A session ends this long after the sign-in. Default 12 h; 5 min to 24 h.</summary>
    [Range(typeof(TimeSpan), "00:05:00", "1.00:00:00")]
    public TimeSpan MaxSession { get; init; } = TimeSpan.FromHours(12);

    /// <summary>How long values of messages are shown after a reason was given. Default 15 min; 1 min to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "01:00:00")]
    public TimeSpan RevealTime { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Cookies are sent over HTTPS only. Behind a proxy that ends TLS the browser still sees HTTPS. Default true; in Development false,
    /// where the service listens on plain HTTP.
    /// </summary>
    public bool? SecureCookies { get; init; }

    /// <summary>Signing in with an identity provider beside personal tokens; null for tokens only.</summary>
    public OpenIdConnectSettings? OpenIdConnect { get; init; }

    /// <summary>
    /// Connections to the database for searches and overviews of the console, beside those of <c>Maximum Pool Size</c>. Default 4; 1 to
    /// 100.
    /// </summary>
    [Range(1, 100)]
    public int MaxConnections { get; init; } = 4;
}

/// <summary>Section <c>Console:OpenIdConnect</c>: the identity provider of the organisation.</summary>
public sealed record OpenIdConnectSettings
{
    /// <summary>The issuer, an https address below which <c>.well-known/openid-configuration</c> is found.</summary>
    public string Authority { get; init; } = "";

    public string ClientId { get; init; } = "";

    /// <summary>Null for a public client, which proves itself with PKCE alone.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>The name of the provider on the sign-in page. Default: the host of <see cref="Authority"/>.</summary>
    public string? DisplayName { get; init; }

    /// <summary>
    /// The claim that names a person in the audit: one that stays the same for ten years and that personnel data knows. Default <c>sub</c>.
    /// </summary>
    public string NameClaim { get; init; } = "sub";

    /// <summary>The claim with the roles of a person. Default <c>roles</c>.</summary>
    public string RolesClaim { get; init; } = "roles";

    /// <summary>
    /// What the provider calls a role, by the name of ours (<c>trace</c>, <c>phi</c>, <c>operate</c>, <c>audit</c>). A role without an
    /// entry has its own name there.
    /// </summary>
    public IDictionary<string, string> Roles { get; init; } = new Dictionary<string, string>();

    /// <summary>The claim with the sources that a person may see; who does not have it sees none. Null: everybody sees all.</summary>
    public string? SourcesClaim { get; init; }

    /// <summary>Further scopes that are asked for beside <c>openid</c>, such as that of the roles.</summary>
    public IList<string> Scopes { get; init; } = [];

    /// <summary>Whether they name a provider that can be used: over HTTPS, or on this machine.</summary>
    internal bool IsValid => Uri.TryCreate(Authority, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttps || address.IsLoopback) && ClientId.Length > 0;
}
