using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Redox.Media.Api.Security.Tokens;

namespace Redox.Media.Api.Security;

/// <summary>The authorization policies. An endpoint that names none is closed to every caller.</summary>
internal static class Policies
{
    public const string Engine = "engine";

    public const string Client = "client";

    /// <summary>Any caller with a valid token. Only for what is not there.</summary>
    public const string Authenticated = "authenticated";

    public const string Trace = StaffRoles.Trace;

    public const string Phi = StaffRoles.Phi;

    public const string Operate = StaffRoles.Operate;

    public const string Audit = StaffRoles.Audit;

    public const string Clients = StaffRoles.Clients;

    /// <summary>One member of staff with both roles: what they do needs patients' identifiers.</summary>
    public const string OperateAndPhi = "operate and phi";

    public static void AddMediaSecurity(this IServiceCollection services)
    {
        services.AddSingleton<TokenStore>();
        services.AddTokens();
        services.AddSingleton<AccessAudit>();
        services.AddSingleton<FailureTally>();
        services.AddSingleton(FailureDelay.Default);
        services.AddSingleton<FailedAuthentications>();
        services.AddHostedService<FailedAuthenticationWriter>();

        // The default scheme. Those of the pages are added by SessionCookie.
        services.AddAuthenticationCore(options =>
        {
            options.DefaultScheme = TokenAuthenticationHandler.SchemeName;
            options.AddScheme<TokenAuthenticationHandler>(TokenAuthenticationHandler.SchemeName, null);
        });
        services.AddClientRateLimit();
        services.AddCors();
        services.AddSingleton<ICorsPolicyProvider, CrossOrigin>();
        services.AddWebEncoders();
        services.AddTransient<TokenAuthenticationHandler>();
        services.AddAuthorizationBuilder()
            .AddPolicy(Engine, policy => policy.RequireRole(Engine))
            .AddPolicy(Client, policy => policy.RequireRole(Client))
            .AddPolicy(Authenticated, policy => policy.RequireAuthenticatedUser())
            .AddPolicy(Trace, policy => policy.RequireRole(StaffRoles.Trace))
            .AddPolicy(Phi, policy => policy.RequireRole(StaffRoles.Phi))
            .AddPolicy(Operate, policy => policy.RequireRole(StaffRoles.Operate))
            .AddPolicy(Audit, policy => policy.RequireRole(StaffRoles.Audit))
            .AddPolicy(Clients, policy => policy.RequireRole(StaffRoles.Clients))
            .AddPolicy(OperateAndPhi, policy => policy.RequireAssertion(context =>
                context.Resource is HttpContext http && http.HasAlso(StaffRoles.Operate, StaffRoles.Phi)))
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAssertion(_ => false).Build());
    }
}
