using Redox.Media.Api.Redox;
using Redox.Media.Core.Clients;

namespace Redox.Media.Api.Security.Tokens;

/// <summary>
/// What a SMART client finds out before it asks for a token. It needs no token. There is no authorization endpoint: apps authenticate
/// themselves, not people. Source: SMART App Launch 2.2, conformance; Backend Services.
/// </summary>
internal static class SmartConfiguration
{
    public const string Path = "/.well-known/smart-configuration";

    private static readonly string[] Methods = ["GET", "HEAD"];

    private static readonly string[] Grants = ["client_credentials"];

    private static readonly string[] AuthenticationMethods = ["private_key_jwt"];

    private static readonly string[] Algorithms = [PublicJwk.Rsa, PublicJwk.Ec];

    private static readonly string[] Scopes = ["system/Media.cruds", "system/DocumentReference.rs"];

    /// <summary>The specification requires it of all servers.</summary>
    private static readonly string[] ChallengeMethods = ["S256"];

    private static readonly string[] Capabilities = ["client-confidential-asymmetric", "permission-v1", "permission-v2"];

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapMethods(Path, Methods, GetAsync).AllowAnonymous().ExcludeFromDescription();

    private static Task GetAsync(HttpContext context, TokenSigner signer)
    {
        if (signer.Issuer is not { } issuer)
        {
            return ErrorResponses.NotFoundAsync(context);
        }

        context.Response.Headers.CacheControl = "public, max-age=600";
        return context.Response.WriteAsJsonAsync(new
        {
            issuer,
            jwks_uri = issuer + JwksEndpoint.Path,
            token_endpoint = issuer + AssertionValidator.TokenPath,
            grant_types_supported = Grants,
            token_endpoint_auth_methods_supported = AuthenticationMethods,
            token_endpoint_auth_signing_alg_values_supported = Algorithms,
            scopes_supported = Scopes,
            code_challenge_methods_supported = ChallengeMethods,
            capabilities = Capabilities,
        });
    }
}
