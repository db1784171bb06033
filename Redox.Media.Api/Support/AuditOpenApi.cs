using Microsoft.OpenApi;
using Redox.Media.Api.Hosting;

namespace Redox.Media.Api.Support;

/// <summary>What the OpenAPI document says of the audit.</summary>
internal static class AuditOpenApi
{
    private static readonly (string Name, string Description)[] Parameters =
    [
        ("date", "When it was recorded, with a prefix of FHIR; twice for a range."),
        ("patient.identifier", "urn:redox:{source}:{IDType}|{ID}, {IDType}|{ID}, or an ID of any type."),
        ("agent", "engine, client:{ID}, staff:{name}, or the ID of a client, a member of staff or a requester."),
        ("entity", "Media/{id}, urn:redox:source:{source}|{DocumentID}, or a delivery ID."),
        ("outcome", "0 success, 4 not found or failed, 8 refused."),
        ("subtype", "Names of acts, such as release."),
        ("address", "The IP address of the client."),
        (AuditParameters.CountParameter, "Stored events on a page, 1 to 200; 50 by default."),
        ("_format", "json, ndjson or csv; otherwise by Accept."),
    ];

    public static void DescribeSearch(OpenApiOperation operation, OpenApiDocument document)
    {
        Describe(operation, document, "Finds who has seen what, newest first.");
        foreach (var (name, description) in Parameters)
        {
            operation.AddParameter(ParameterLocation.Query, name, description);
        }
    }

    public static void DescribePostedSearch(OpenApiOperation operation, OpenApiDocument document)
    {
        Describe(operation, document, "Finds who has seen what, with the parameters in a form: addresses end up in logs.");
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/x-www-form-urlencoded"] = new OpenApiMediaType
                {
                    Schema = new OpenApiSchema
                    {
                        Type = JsonSchemaType.Object,
                        Properties = Parameters.ToDictionary(
                            parameter => parameter.Name,
                            parameter => (IOpenApiSchema)new OpenApiSchema
                            {
                                Type = JsonSchemaType.String, Description = parameter.Description,
                            }),
                    },
                },
            },
        };
    }

    private static void Describe(OpenApiOperation operation, OpenApiDocument document, string summary)
    {
        operation.Summary = summary;
        operation.RequireToken(document, orVerificationToken: false);
        operation.AddResponse(200, "A Bundle of AuditEvents; as application/fhir+ndjson or text/csv all of them.", "application/fhir+json");
        operation.AddResponse(400, "An OperationOutcome that says what is wrong.", "application/fhir+json");
        operation.AddResponse(406, "The form of the answer is not supported.", "application/fhir+json");
    }
}
