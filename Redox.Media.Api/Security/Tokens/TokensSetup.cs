using Redox.Media.Api.Configuration;

namespace Redox.Media.Api.Security.Tokens;

/// <summary>Access tokens of registered clients.</summary>
internal static class TokensSetup
{
    public static void AddTokens(this IServiceCollection services)
    {
        services.AddOptions<TokenSettings>().BindConfiguration(TokenSettings.Section);
        services.AddSingleton<KnownClients>();
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<TokenSigner>();
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<TokenRate>();
        services.AddSingleton<LegacyTokenEndpoints>();
        services.AddSingleton<JwksFetcher>();
        services.AddSingleton<AssertionValidator>();
        services.AddSingleton<TokenEndpoint>();
        services.AddSingleton<TokenRefresh>();
        services.AddHostedService(provider => provider.GetRequiredService<TokenRefresh>());
    }

    public static void MapTokens(this IEndpointRouteBuilder routes)
    {
        TokenEndpoint.Map(routes);
        LegacyTokenEndpoints.Map(routes);
        JwksEndpoint.Map(routes);
        SmartConfiguration.Map(routes);
    }
}
