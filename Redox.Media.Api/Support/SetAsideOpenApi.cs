using Microsoft.OpenApi;
using Redox.Media.Api.Hosting;

namespace Redox.Media.Api.Support;

/// <summary>What the OpenAPI document says of the work list of set-aside deliveries, its jobs and notes.</summary>
internal static class SetAsideOpenApi
{
    private const string After = "The member next of the page before.";

    private static readonly Member Group = new("group", "The ID of a group.", Format: "uuid");
    private static readonly Member Reason = new("reason", "Why, for the audit: 1 to 500 characters.");

    public static void DescribeGroups(OpenApiOperation operation, OpenApiDocument document)
    {
        Describe(operation, document, "Lists the groups of set-aside deliveries: one reason, source and event each.");
        operation.AddParameter(
            ParameterLocation.Query, "state", "open (the default), or all: also groups that were done in the last 14 days.");
    }

    public static void DescribeGroup(OpenApiOperation operation, OpenApiDocument document)
    {
        Describe(operation, document, "Shows a group with its deliveries, newest first.", "group");
        operation.AddParameter(ParameterLocation.Query, "state", "open (the default), released or discarded deliveries.");
        operation.AddParameter(ParameterLocation.Query, "after", After);
    }

    public static void DescribeDryRun(OpenApiOperation operation, OpenApiDocument document)
    {
        Describe(operation, document, "Says what a release of a group, or of some deliveries, would give now. Nothing is released.");
        operation.RequestBody = Body([], Group, Deliveries(1_000), Reason);
    }

    public static void DescribeArchive(OpenApiOperation operation, OpenApiDocument document)
    {
        Describe(operation, document, "Archives a group until a time.", "group");
        operation.RequestBody = Body(["until"], new Member("until", "A time in the future, in ISO 8601.", Format: "date-time"));
    }

    public static void DescribeUnarchive(OpenApiOperation operation, OpenApiDocument document) =>
        Describe(operation, document, "Shows an archived group among the others again.", "group");

    public static void DescribeAssign(OpenApiOperation operation, OpenApiDocument document)
    {
        Describe(operation, document, "Gives a group to a member of staff, or to nobody.", "group");
        operation.RequestBody = Body(
            ["assignee"],
            new Member("assignee", "The name, at most 200 characters; null for none.", JsonSchemaType.String | JsonSchemaType.Null));
    }

    public static void DescribeCreate(OpenApiOperation operation, OpenApiDocument document)
    {
        Describe(operation, document, "Releases, discards or restores set-aside deliveries in the background, at most 5000.");
        operation.RequestBody = Body(
            ["act", "count", "reason"],
            new Member("act", "release, discard, or restore: opens discarded deliveries again."),
            Group,
            Deliveries(5_000),
            new Member("count", "How many deliveries that means. If others match now, the response is 409.", JsonSchemaType.Integer),
            Reason);
    }

    public static void DescribeJobs(OpenApiOperation operation, OpenApiDocument document)
    {
        Describe(operation, document, "Lists the jobs, newest first.");
        operation.AddParameter(ParameterLocation.Query, "after", After);
    }

    public static void DescribeJob(OpenApiOperation operation, OpenApiDocument document)
    {
        Describe(operation, document, "Shows how far a job is, and which deliveries failed.", "job");
        operation.AddParameter(ParameterLocation.Query, "after", After);
    }

    public static void DescribeStop(OpenApiOperation operation, OpenApiDocument document) =>
        Describe(operation, document, "Stops a job after the delivery at which it is.", "job");

    public static void DescribeNotesOfDelivery(OpenApiOperation operation, OpenApiDocument document) =>
        DescribeNotes(operation, document, "delivery");

    public static void DescribeNotesOfGroup(OpenApiOperation operation, OpenApiDocument document) =>
        DescribeNotes(operation, document, "group");

    public static void DescribeNoteOnDelivery(OpenApiOperation operation, OpenApiDocument document) =>
        DescribeNote(operation, document, "delivery");

    public static void DescribeNoteOnGroup(OpenApiOperation operation, OpenApiDocument document) =>
        DescribeNote(operation, document, "group");

    private static void DescribeNotes(OpenApiOperation operation, OpenApiDocument document, string subject)
    {
        Describe(operation, document, $"Lists the notes on a {subject}, newest first.", subject);
        operation.AddParameter(ParameterLocation.Query, "after", After);
    }

    private static void DescribeNote(OpenApiOperation operation, OpenApiDocument document, string subject)
    {
        Describe(operation, document, $"Adds a note on a {subject}.", subject);
        operation.RequestBody = Body(["text"], new Member("text", "1 to 4000 characters."));
    }

    public static void DescribeRemoteFiles(OpenApiOperation operation, OpenApiDocument document) => Describe(
        operation, document, "Lists files at other hosts that could not be fetched for longer than RemoteFiles:WarnAfter.");

    public static void DescribeRetry(OpenApiOperation operation, OpenApiDocument document)
    {
        Describe(operation, document, "Fetches the files of a source from a host now, also those that were given up.");
        operation.RequestBody = Body(
            ["source", "host"], new Member("source", "The ID of the source."), new Member("host", "The host, as the list has it."));
    }

    private static void Describe(OpenApiOperation operation, OpenApiDocument document, string summary, string? id = null)
    {
        operation.Summary = summary;
        operation.RequireToken(document, orVerificationToken: false);
        operation.Parameters = [];
        if (id is not null)
        {
            operation.AddParameter(ParameterLocation.Path, id, $"The ID of the {id}.");
        }
    }

    private static Member Deliveries(int max) => new(
        "deliveries", $"In place of group: 1 to {max} delivery IDs.", JsonSchemaType.Array);

    private static OpenApiRequestBody Body(string[] required, params Member[] members) => new()
    {
        Required = true,
        Content = new Dictionary<string, OpenApiMediaType>
        {
            ["application/json"] = new OpenApiMediaType
            {
                Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    Required = required.ToHashSet(),
                    Properties = members.ToDictionary(member => member.Name, member => member.Schema),
                },
            },
        },
    };

    private sealed record Member(string Name, string Description, JsonSchemaType Type = JsonSchemaType.String, string? Format = null)
    {
        public IOpenApiSchema Schema => new OpenApiSchema
        {
            Type = Type,
            Description = Description,
            Format = Format,
            Items = Type == JsonSchemaType.Array ? new OpenApiSchema { Type = JsonSchemaType.String, Format = "uuid" } : null,
        };
    }
}
