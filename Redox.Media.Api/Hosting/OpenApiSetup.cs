using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Redox.Media.Api.Redox;
using Redox.Media.Api.Security;

namespace Redox.Media.Api.Hosting;

/// <summary>
/// The OpenAPI document of the Redox endpoint and the support API. It needs no token, because it contains nothing about patients or
/// callers. The FHIR API is described by its capability statement instead.
/// </summary>
internal static class OpenApiSetup
{
    public const string Address = "/openapi/v1.json";

    private const string Bearer = "bearer";

    public static void AddMediaOpenApi(this IServiceCollection services) => services.AddOpenApi("v1", options =>
        options.AddDocumentTransformer((document, _, _) =>
        {
            Describe(document);
            return Task.CompletedTask;
        }));

    public static void MapMediaOpenApi(this IEndpointRouteBuilder routes) => routes.MapOpenApi(Address).AllowAnonymous();

    /// <summary>Describes an operation beyond what the framework derives from its handler.</summary>
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder endpoint, Action<OpenApiOperation, OpenApiDocument> describe) =>
        endpoint.AddOpenApiOperationTransformer((operation, context, _) =>
        {
            describe(operation, context.Document!);
            return Task.CompletedTask;
        });

    /// <summary>Requires a bearer token, or for the Redox endpoint alternatively its verification token.</summary>
    public static void RequireToken(this OpenApiOperation operation, OpenApiDocument document, bool orVerificationToken)
    {
        operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, document)] = [] }];
        if (orVerificationToken)
        {
            var scheme = new OpenApiSecuritySchemeReference(TokenAuthenticationHandler.TokenName, document);
            operation.Security.Add(new OpenApiSecurityRequirement { [scheme] = [] });
        }
    }

    public static void AddParameter(this OpenApiOperation operation, ParameterLocation location, string name, string description)
    {
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = name,
            In = location,
            Required = location == ParameterLocation.Path,
            Description = description,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        });
    }

    public static void AddResponse(
        this OpenApiOperation operation, int status, string description, string? mediaType = null, IOpenApiSchema? schema = null)
    {
        operation.Responses ??= [];
        operation.Responses[status.ToString(System.Globalization.CultureInfo.InvariantCulture)] = new OpenApiResponse
        {
            Description = description,
            Content = mediaType is null
                ? null
                : new Dictionary<string, OpenApiMediaType> { [mediaType] = new OpenApiMediaType { Schema = schema } },
        };
    }

    private static void Describe(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Redox.Media",
            Version = "v1",
            Description = "Receives clinical media from a Redox connection. The FHIR API is described by GET /metadata.",
        };
        document.Servers = []; // the address differs from installation to installation
        document.AddComponent<IOpenApiSecurityScheme>(Bearer, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "A token of Redox:VerificationTokens, Clients or Staff.",
        });
        document.AddComponent<IOpenApiSecurityScheme>(TokenAuthenticationHandler.TokenName, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = TokenAuthenticationHandler.TokenName,
            Description = "A token of Redox:VerificationTokens, as Redox sends it.",
        });
        RedoxOpenApi.AddSchemas(document);
    }
}
