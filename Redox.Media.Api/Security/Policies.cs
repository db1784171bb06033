using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;

namespace Redox.Media.Api.Security;

/// <summary>Who may pass which door. A route that names no policy is shut to everybody.</summary>
internal static class Policies
{
    public const string Engine = "engine";

    public const string Trace = StaffRoles.Trace;

    public static void AddMediaSecurity(this IServiceCollection services)
    {
        services.AddSingleton<KnownTokens>();
        services.AddAuthentication(TokenAuthentication.Scheme)
            .AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(TokenAuthentication.Scheme, null);
        services.AddAuthorizationBuilder()
            .AddPolicy(Engine, policy => policy.RequireRole(Engine))
            .AddPolicy(Trace, policy => policy.RequireRole(StaffRoles.Trace))
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAssertion(_ => false).Build());
    }
}
