using Microsoft.AspNetCore.Authorization;

namespace Redox.Media.Api.Security;

/// <summary>Who may pass which door. A route that names no policy is shut to everybody.</summary>
internal static class Policies
{
    public const string Engine = "engine";

    public const string Trace = StaffRoles.Trace;

    public static void AddMediaSecurity(this IServiceCollection services)
    {
        services.AddSingleton<TokenStore>();

        // The core alone: AddAuthentication brings data protection with it, which would keep keys on disk for cookies that we never set.
        services.AddAuthenticationCore(options =>
        {
            options.DefaultScheme = TokenAuthentication.SchemeName;
            options.AddScheme<TokenAuthentication>(TokenAuthentication.SchemeName, null);
        });
        services.AddWebEncoders();
        services.AddTransient<TokenAuthentication>();
        services.AddAuthorizationBuilder()
            .AddPolicy(Engine, policy => policy.RequireRole(Engine))
            .AddPolicy(Trace, policy => policy.RequireRole(StaffRoles.Trace))
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAssertion(_ => false).Build());
    }
}
