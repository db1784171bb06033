using Microsoft.OpenApi;
using Redox.Media.Api.Hosting;
using Redox.Media.Api.Security;
using Redox.Media.Core.Deliveries;
using static Microsoft.AspNetCore.Http.StatusCodes;

namespace Redox.Media.Api.Redox;

/// <summary>What the OpenAPI document says of the Redox endpoint, whose messages have JSON schemas of their own.</summary>
internal static class RedoxOpenApi
{
    private const string Json = "application/json";
    private const string ResponseSchema = "RedoxResponse";

    public static void DescribeChallenge(OpenApiOperation operation, OpenApiDocument document)
    {
        operation.Summary = "Verifies the destination.";
        operation.RequireToken(document, orVerificationToken: true);
        operation.AddParameter(ParameterLocation.Query, "challenge", "The text to return, 1 to 1024 characters.");
        operation.AddParameter(
            ParameterLocation.Query, TokenAuthenticationHandler.TokenName, "The verification token, if it is not in a header.");
        operation.AddResponse(Status200OK, "The challenge.", "text/plain", Text());
        operation.AddResponse(Status400BadRequest, "The challenge is missing or too long.", Json, Response(document));
        operation.AddResponse(Status401Unauthorized, "The token is missing or unknown.", Json, Response(document));
    }

    public static void DescribeMessage(OpenApiOperation operation, OpenApiDocument document)
    {
        operation.Summary = "Takes an event or a query of the Media data model, or verifies the destination.";
        operation.RequireToken(document, orVerificationToken: true);
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Description = "A New, Replace, Delete or Query message (schemas/media), or a challenge with the verification token.",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [Json] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.Object } },
            },
        };
        operation.AddResponse(
            Status200OK,
            "The outcome of an event; the QueryResponse of a query (schemas/media/queryresponse.json); the text of a challenge. The engine "
            + "also gets 200 for a message that is set aside.",
            Json,
            Response(document));
        operation.AddResponse(
            Status400BadRequest, "The message is truncated or invalid. Invalid events of the engine get 200 unless configured otherwise.",
            Json, Response(document));
        operation.AddResponse(Status401Unauthorized, "The token is missing or unknown.", Json, Response(document));
        operation.AddResponse(
            Status403Forbidden,
            "The client may not send this event, or not for this source; or the requester of a relayed query has no rule.",
            Json, Response(document));
        operation.AddResponse(Status413PayloadTooLarge, "The body exceeds Intake:MaxBodyBytes.", Json, Response(document));
        operation.AddResponse(
            Status429TooManyRequests,
            "The client sends more requests than Fhir:MaxRequestsPerSecond, or too many queries at a time; see Retry-After.",
            Json, Response(document));
        operation.AddResponse(
            Status503ServiceUnavailable, "Overload, timeout, or the database is unavailable; see Retry-After.",
            Json, Response(document));
    }

    public static void DescribeClientMessage(OpenApiOperation operation, OpenApiDocument document)
    {
        DescribeMessage(operation, document);
        operation.Summary = "Takes an event or a query of a client, as Redox does.";
        operation.RequireToken(document, orVerificationToken: false);
        operation.RequestBody!.Description = "A New, Replace, Delete or Query message (schemas/media).";
        operation.AddResponse(
            Status200OK,
            "The Meta of an event, with the IDs that it lacked and a log for each destination; the QueryResponse of a query.",
            Json,
            Response(document));
        operation.AddResponse(
            Status403Forbidden, "The client may not send this event, or not for this source; or the caller is no client.", Json,
            Response(document));
    }

    public static void DescribeUpload(OpenApiOperation operation, OpenApiDocument document)
    {
        operation.Summary = "Takes a file of a client, for a message that refers to it.";
        operation.RequireToken(document, orVerificationToken: false);
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["multipart/form-data"] = new OpenApiMediaType
                {
                    Schema = Object(("file", new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" })),
                },
            },
        };
        operation.AddResponse(Status201Created, "The URI for Media.FileContents.", Json, Object(("URI", Text())));
        operation.AddResponse(Status400BadRequest, "The body is truncated, or has no file or several.", Json, Response(document));
        operation.AddResponse(Status401Unauthorized, "The token is missing or unknown.", Json, Response(document));
        operation.AddResponse(Status403Forbidden, "The client may not create documents.", Json, Response(document));
        operation.AddResponse(Status408RequestTimeout, "The file took too long to arrive.", Json, Response(document));
        operation.AddResponse(Status413PayloadTooLarge, "The file exceeds Uploads:MaxFileBytes.", Json, Response(document));
        operation.AddResponse(
            Status429TooManyRequests, "Too many files of the client are unclaimed, or too many requests; see Retry-After.", Json,
            Response(document));
        operation.AddResponse(Status503ServiceUnavailable, "Overload, or the database is unavailable.", Json, Response(document));
    }

    public static void AddSchemas(OpenApiDocument document)
    {
        var log = Object(("ID", Text()), ("AttemptID", Text()));
        var error = Object(
            ("ID", new OpenApiSchema { Type = JsonSchemaType.Integer }), ("Text", Text()), ("Type", Text()), ("Module", Text()));
        var number = Object(("ID", new OpenApiSchema { Type = JsonSchemaType.Integer }));
        var meta = Object(
            ("DataModel", Text()), ("EventType", Text()), ("Logs", ListOf(log)), ("Message", number), ("Transmission", number),
            ("Errors", ListOf(error)));
        var outcome = Text();
        outcome.Enum = [.. Enum.GetValues<Outcome>().Select(value => (System.Text.Json.Nodes.JsonNode)value.Name())];
        document.AddComponent<IOpenApiSchema>(ResponseSchema, Object(("Meta", meta), ("Outcome", outcome), ("DeliveryID", Text())));
    }

    private static OpenApiSchemaReference Response(OpenApiDocument document) => new(ResponseSchema, document);

    private static OpenApiSchema Text() => new() { Type = JsonSchemaType.String };

    private static OpenApiSchema ListOf(OpenApiSchema items) => new() { Type = JsonSchemaType.Array, Items = items };

    private static OpenApiSchema Object(params (string Name, OpenApiSchema Schema)[] properties) => new()
    {
        Type = JsonSchemaType.Object,
        Properties = properties.ToDictionary(property => property.Name, property => (IOpenApiSchema)property.Schema),
    };
}
