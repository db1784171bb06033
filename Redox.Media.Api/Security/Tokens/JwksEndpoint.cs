using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using Redox.Media.Api.Redox;

namespace Redox.Media.Api.Security.Tokens;

/// <summary>The public keys of <see cref="SigningKeys"/> as a JWK Set. It needs no token. Source: RFC 7517.</summary>
internal static class JwksEndpoint
{
    public const string Path = "/.well-known/jwks.json";

    private static readonly string[] Methods = ["GET", "HEAD"];

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapMethods(Path, Methods, GetAsync).AllowAnonymous().ExcludeFromDescription();

    private static Task GetAsync(HttpContext context, SigningKeys keys, TokenSigner signer)
    {
        if (signer.Issuer is null)
        {
            return ErrorResponses.NotFoundAsync(context);
        }

        // A new key is published for an hour before it signs.
        context.Response.Headers.CacheControl = "public, max-age=600";
        context.Response.ContentType = "application/jwk-set+json";
        var body = JsonSerializer.SerializeToUtf8Bytes(new { keys = keys.Published.Select(Jwk) });
        context.Response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(body).AsTask();
    }

    private static object Jwk(SigningKey key)
    {
        var point = key.Pair.ExportParameters(includePrivateParameters: false).Q;
        return new
        {
            kty = "EC",
            use = "sig",
            alg = SecurityAlgorithms.EcdsaSha256,
            kid = key.Id,
            crv = "P-256",
            x = Base64UrlEncoder.Encode(point.X),
            y = Base64UrlEncoder.Encode(point.Y),
        };
    }
}
