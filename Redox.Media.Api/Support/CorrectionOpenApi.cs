using Microsoft.OpenApi;
using Redox.Media.Api.Hosting;

namespace Redox.Media.Api.Support;

/// <summary>What the OpenAPI document says of the corrections of misfiled documents.</summary>
internal static class CorrectionOpenApi
{
    private static readonly (string Name, JsonSchemaType Type, string Description)[] Members =
    [
        ("documentId", JsonSchemaType.String, "Media.DocumentID."),
        ("source", JsonSchemaType.String, "Meta.Source.ID; may be missing if it is empty."),
        ("test", JsonSchemaType.Boolean, "true for the test document."),
        ("version", JsonSchemaType.String, "The member version of the document's look-up. If the document has changed since: 409."),
        ("reason", JsonSchemaType.String, "Why, for the history and the audit: 1 to 500 characters."),
    ];

    public static void DescribeHide(OpenApiOperation operation, OpenApiDocument document) => Describe(
        operation, document, "Hides a document from every query, search and read of others than staff, whatever its source sends later.");

    public static void DescribeUnhide(OpenApiOperation operation, OpenApiDocument document) =>
        Describe(operation, document, "Shows a hidden document again.");

    public static void DescribeMove(OpenApiOperation operation, OpenApiDocument document)
    {
        Describe(operation, document, "Moves a document to another patient, whom queries and reads then name.");
        var schema = (OpenApiSchema)operation.RequestBody!.Content!["application/json"].Schema!;
        schema.Properties!["patient"] = new OpenApiSchema
        {
            Type = JsonSchemaType.Array,
            Description = "The identifiers of the right patient.",
            Items = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Required = new HashSet<string> { "ID", "IDType" },
                Properties = new Dictionary<string, IOpenApiSchema>
                {
                    ["ID"] = new OpenApiSchema { Type = JsonSchemaType.String },
                    ["IDType"] = new OpenApiSchema { Type = JsonSchemaType.String },
                },
            },
        };
        schema.Properties["visitNumber"] = new OpenApiSchema
        {
            Type = JsonSchemaType.String, Description = "A visit of the right patient; none by default.",
        };
        schema.Properties["back"] = new OpenApiSchema
        {
            Type = JsonSchemaType.Boolean,
            Description = "true instead of patient: to the patient whom the source named, with the message as it was received.",
        };
    }

    private static void Describe(OpenApiOperation operation, OpenApiDocument document, string summary)
    {
        operation.Summary = summary;
        operation.RequireToken(document, orVerificationToken: false);
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new OpenApiMediaType
                {
                    Schema = new OpenApiSchema
                    {
                        Type = JsonSchemaType.Object,
                        Required = new HashSet<string> { "documentId", "version", "reason" },
                        Properties = Members.ToDictionary(
                            member => member.Name,
                            member => (IOpenApiSchema)new OpenApiSchema { Type = member.Type, Description = member.Description }),
                    },
                },
            },
        };
    }
}
