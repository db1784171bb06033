using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.Net.Http.Headers;
using Redox.Media.Api.Security;
using Redox.Media.Api.Uploads;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Fhir.Validation;
using Redox.Media.Core.Uploads;

namespace Redox.Media.Api.Fhir;

/// <summary>
/// create of a Binary: a file that a client sends before the Media that names it in <c>content.url</c>. It is an upload, which cannot be
/// read back and is deleted unless a Media brings it. Source: FHIR R4, Binary; Medplum's createBinary and createMedia, which send the file
/// itself.
/// </summary>
internal sealed class BinaryInteraction(UploadIntake intake, RejectedDeliveries rejected)
{
    public const string Type = "Binary";

    private const string Address = "/" + Type;

    private static readonly FhirProblem NoFile = FhirProblem.WrongMediaType with
    {
        Text = "A Binary is sent as the file itself, with its media type and without a Content-Encoding",
    };

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost(Address, (FhirRequest request, BinaryInteraction binary) => binary.CreateAsync(request))
            .RequireAuthorization(Policies.Client)
            .WithMetadata(new FhirEndpoint(Address), new AuditedEndpoint(AuditAct.Upload))
            .ExcludeFromDescription();

    private async Task CreateAsync(FhirRequest request)
    {
        var context = request.Context;
        if (!request.IsResourceAddress)
        {
            FhirResponses.LeaveBodyUnread(context);
            await rejected.RejectAsync(request, FhirProblem.UnknownAddress);
            return;
        }

        if (!ContentNegotiation.IsUncompressed(context.Request) || TypeOf(context.Request) is not { } contentType)
        {
            FhirResponses.LeaveBodyUnread(context);
            await rejected.RejectAsync(request, NoFile);
            return;
        }

        var (outcome, file) = await intake.TakeAsync(
            context, (Caller.Client)request.Caller, () => Task.FromResult<Stream?>(context.Request.Body), () => Task.FromResult(true));
        if (outcome == UploadOutcome.Stored)
        {
            await RespondAsync(request, UploadReference.NameOf(file!.Id), contentType);
            return;
        }

        context.Response.Headers.Connection = "close"; // the rest of the body stays unread
        await RejectAsync(request, outcome);
    }

    private static async Task RespondAsync(FhirRequest request, string id, string contentType)
    {
        var context = request.Context;
        context.Response.Headers.Location = $"{request.ServiceBase}{Address}/{id}";
        if (PreferHeader.Return(context.Request) == ReturnPreference.Minimal)
        {
            context.Response.StatusCode = StatusCodes.Status201Created;
            context.Response.ContentLength = 0;
            return;
        }

        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("resourceType"u8, Type);
            writer.WriteString("id"u8, id);
            writer.WriteString("contentType"u8, contentType);
            writer.WriteEndObject();
        }

        await FhirResponses.WriteAsync(context, StatusCodes.Status201Created, buffer.WrittenMemory);
    }

    private Task RejectAsync(FhirRequest request, UploadOutcome outcome)
    {
        switch (outcome)
        {
            case UploadOutcome.Forbidden:
                return rejected.RejectAsync(request, FhirProblem.Forbidden, Outcome.Forbidden);
            case UploadOutcome.TooLarge:
                var text = string.Create(CultureInfo.InvariantCulture, $"A file may have {intake.Limits.MaxFileBytes} bytes.");
                return rejected.RejectAsync(
                    request, FhirProblem.TooLarge, Outcome.TooLarge, [FhirIssue.Malformed(IssueCodes.TooLong, null, text)]);
            case UploadOutcome.TooSlow:
                return rejected.RejectAsync(request, FhirProblem.BodyTimeout, Outcome.TooSlow);
            case UploadOutcome.Overloaded:
                return FhirResponses.ProblemAsync(request.Context, FhirProblem.Overloaded);
            case UploadOutcome.TooMany:
                FhirResponses.RetryAfter(request.Context, UploadEndpoint.RetryAfter);
                return FhirResponses.ProblemAsync(request.Context, FhirProblem.TooManyUploads);
            default:
                return rejected.RejectAsync(request, FhirProblem.BadRequest, Outcome.Truncated);
        }
    }

    // A body of FHIR's own type would be a resource with the file inside.
    private static string? TypeOf(HttpRequest request) =>
        !MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            ? string.IsNullOrEmpty(request.ContentType) ? "application/octet-stream" : null
        : type.MediaType.StartsWith("application/fhir", StringComparison.OrdinalIgnoreCase) ? null
        : type.MediaType.ToString();
}
