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
            grant_types_supported = new[] { "client_credentials" },
            token_endpoint_auth_methods_supported = new[] { "private_key_jwt" },
            token_endpoint_auth_signing_alg_values_supported = new[] { PublicJwk.Rsa, PublicJwk.Ec },
            scopes_supported = new[] { "system/Media.cruds", "system/DocumentReference.rs" },
            code_challenge_methods_supported = new[] { "S256" }, // the specification requires it of all servers
            capabilities = new[] { "client-confidential-asymmetric", "permission-v1", "permission-v2" },
        });
    }
}
