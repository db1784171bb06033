using Microsoft.OpenApi;
using Redox.Media.Api.Hosting;
using static Microsoft.AspNetCore.Http.StatusCodes;

namespace Redox.Media.Api.Security.Tokens;

/// <summary>What the OpenAPI document says of the token endpoint.</summary>
internal static class TokenOpenApi
{
    private const string Json = "application/json";

    public static void DescribeToken(OpenApiOperation operation, OpenApiDocument document)
    {
        operation.Summary = "Gives an access token to a registered client for a signed assertion, and to the engine for its secret "
            + "(OAuth 2.0 client credentials).";
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/x-www-form-urlencoded"] = new OpenApiMediaType
                {
                    Schema = Object("grant_type", "client_assertion_type", "client_assertion", "scope", "client_id", "client_secret"),
                },
            },
        };
        var error = Object("error", "error_description", "error_uri");
        operation.AddResponse(Status200OK, "The token.", Json, Object("access_token", "scope", "token_type", "expires_in"));
        operation.AddResponse(Status400BadRequest, "A parameter or the assertion is not valid.", Json, error);
        operation.AddResponse(Status401Unauthorized, "The secret of the engine is not valid.", Json, error);
        operation.AddResponse(Status404NotFound, "There are no tokens: Fhir:BaseUrl is not set.");
        operation.AddResponse(Status429TooManyRequests, "The client asks for too many tokens; see Retry-After.", Json, error);
        operation.AddResponse(Status503ServiceUnavailable, "The database is unavailable; see Retry-After.", Json, error);
    }

    public static void DescribeAuthenticate(OpenApiOperation operation, OpenApiDocument document) =>
        DescribeLegacy(operation, "Gives an access token of 24 hours for the secret of a registered client.", "apiKey", "secret");

    public static void DescribeRefresh(OpenApiOperation operation, OpenApiDocument document) =>
        DescribeLegacy(operation, "Gives a further access token for a refresh token, once.", "apiKey", "refreshToken");

    private static void DescribeLegacy(OpenApiOperation operation, string summary, params string[] members)
    {
        operation.Summary = summary;
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType> { [Json] = new OpenApiMediaType { Schema = Object(members) } },
        };
        operation.AddResponse(Status200OK, "The token.", Json, Object("accessToken", "expires", "refreshToken"));
        operation.AddResponse(Status400BadRequest, "The body is not what it must be.", "text/plain");
        operation.AddResponse(Status401Unauthorized, "Key, secret or refresh token is not valid.", "text/plain");
        operation.AddResponse(Status404NotFound, "There are no tokens: Fhir:BaseUrl is not set.");
        operation.AddResponse(Status429TooManyRequests, "The client asks for too many tokens; see Retry-After.", "text/plain");
        operation.AddResponse(Status503ServiceUnavailable, "The database is unavailable; see Retry-After.");
    }

    private static OpenApiSchema Object(params string[] properties) => new()
    {
        Type = JsonSchemaType.Object,
        Properties = properties.ToDictionary(
            property => property,
            property => (IOpenApiSchema)new OpenApiSchema
            {
                Type = property == "expires_in" ? JsonSchemaType.Integer : JsonSchemaType.String,
            }),
    };
}
