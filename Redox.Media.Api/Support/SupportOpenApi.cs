using Microsoft.OpenApi;
using Redox.Media.Api.Hosting;

namespace Redox.Media.Api.Support;

/// <summary>What the OpenAPI document says of the look-ups.</summary>
internal static class SupportOpenApi
{
    private const string DeliveryIds = "A log ID, attempt ID, message ID or transmission ID of Redox, or the delivery ID.";
    private const string After = "The member next of the page before; the response then has otherAttempts and next only.";
    private const string OwnDeliveryId = "The delivery ID.";
    private const string Reason = "Why, for the audit: 1 to 500 characters. Required.";
    private const string DocumentId = "Media.DocumentID.";

    private static readonly (string Name, JsonSchemaType Type, string Description)[] VersionMembers =
    [
        ("documentId", JsonSchemaType.String, DocumentId),
        ("source", JsonSchemaType.String, "Meta.Source.ID; may be missing if it is empty."),
        ("test", JsonSchemaType.Boolean, "true for the test document; otherwise the production document is found."),
        ("after", JsonSchemaType.String, "The member next of the page before."),
    ];

    public static void DescribeDelivery(OpenApiOperation operation, OpenApiDocument document)
    {
        operation.Summary = "Finds a delivery and the other attempts of its log ID.";
        operation.RequireToken(document, orVerificationToken: false);
        operation.AddParameter(ParameterLocation.Path, "id", DeliveryIds);
        operation.AddParameter(ParameterLocation.Query, "after", After);
    }

    public static void DescribeDeliveryList(OpenApiOperation operation, OpenApiDocument document)
    {
        operation.Summary = "Lists deliveries, newest first. A parameter may occur several times or have several values with commas.";
        operation.RequireToken(document, orVerificationToken: false);
        operation.AddParameter(ParameterLocation.Query, "outcome", "Names of outcomes.");
        operation.AddParameter(ParameterLocation.Query, "source", "Meta.Source.ID.");
        operation.AddParameter(ParameterLocation.Query, "event", "New, Replace, Delete or Query.");
        operation.AddParameter(ParameterLocation.Query, "caller", "engine, client:ID or staff:name.");
        operation.AddParameter(ParameterLocation.Query, "test", "yes or no.");
        operation.AddParameter(ParameterLocation.Query, "since", "30min, 24h, 7d (the default), a date, or all.");
        operation.AddParameter(ParameterLocation.Query, "before", "The member next of the page before.");
    }

    public static void DescribeSearch(OpenApiOperation operation, OpenApiDocument document)
    {
        operation.Summary = "Finds deliveries and documents by any ID, a line of a log, or qualifiers such as outcome:set-aside.";
        operation.RequireToken(document, orVerificationToken: false);
        operation.RequestBody = Body(
            ("text", JsonSchemaType.String, "What the search box of the pages takes; with the role phi also the ID of a patient."),
            ("before", JsonSchemaType.String, "The member next of the page before."));
    }

    public static void DescribePostedDelivery(OpenApiOperation operation, OpenApiDocument document)
    {
        operation.Summary = "Finds a delivery by an ID of any characters and length.";
        operation.RequireToken(document, orVerificationToken: false);
        operation.RequestBody = Body(("id", JsonSchemaType.String, DeliveryIds), ("after", JsonSchemaType.String, After));
    }

    public static void DescribeDocument(OpenApiOperation operation, OpenApiDocument document)
    {
        operation.Summary = "Finds a document and its versions in the order of their events.";
        operation.RequireToken(document, orVerificationToken: false);
        operation.AddParameter(ParameterLocation.Path, "source", "Meta.Source.ID; - for none.");
        operation.AddParameter(ParameterLocation.Path, "documentId", DocumentId);
        operation.AddParameter(ParameterLocation.Query, "test", "true for the test document; otherwise the production document is found.");
    }

    public static void DescribePostedDocument(OpenApiOperation operation, OpenApiDocument document)
    {
        operation.Summary = "Finds a document by a source and an ID of any characters and length.";
        operation.RequireToken(document, orVerificationToken: false);
        operation.RequestBody = Body(
            ("documentId", JsonSchemaType.String, DocumentId),
            ("source", JsonSchemaType.String, "Meta.Source.ID; may be missing if it is empty."),
            ("test", JsonSchemaType.Boolean, "true for the test document; otherwise the production document is found."));
    }

    public static void DescribeVersions(OpenApiOperation operation, OpenApiDocument document)
    {
        operation.Summary = "What each version of a document changed, and the documents that it replaced or that replaced it.";
        operation.RequireToken(document, orVerificationToken: false);
        foreach (var (name, _, description) in VersionMembers)
        {
            operation.AddParameter(ParameterLocation.Query, name, description);
        }
    }

    public static void DescribePostedVersions(OpenApiOperation operation, OpenApiDocument document)
    {
        operation.Summary = "The same for a source and an ID of any characters and length.";
        operation.RequireToken(document, orVerificationToken: false);
        operation.RequestBody = Body(VersionMembers);
    }

    public static void DescribePayload(OpenApiOperation operation, OpenApiDocument document)
    {
        operation.Summary = "Opens the body of a delivery that was not applied, as it was received. Recorded in the audit.";
        operation.RequireToken(document, orVerificationToken: false);
        operation.RequestBody = Body(("id", JsonSchemaType.String, OwnDeliveryId), ("reason", JsonSchemaType.String, Reason));
    }

    public static void DescribeRelease(OpenApiOperation operation, OpenApiDocument document)
    {
        operation.Summary = "Applies the event of a set-aside delivery, for a person has confirmed that it belongs to the document.";
        operation.RequireToken(document, orVerificationToken: false);
        operation.RequestBody = Body(("id", JsonSchemaType.String, OwnDeliveryId), ("reason", JsonSchemaType.String, Reason));
    }

    // The first member is required.
    private static OpenApiRequestBody Body(params (string Name, JsonSchemaType Type, string Description)[] members) => new()
    {
        Required = true,
        Content = new Dictionary<string, OpenApiMediaType>
        {
            ["application/json"] = new OpenApiMediaType
            {
                Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    Required = new HashSet<string> { members[0].Name },
                    Properties = members.ToDictionary(
                        member => member.Name,
                        member => (IOpenApiSchema)new OpenApiSchema { Type = member.Type, Description = member.Description }),
                },
            },
        },
    };
}
