using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Redox.Media.Api.Configuration;
using Redox.Media.Api.Fhir;
using Redox.Media.Api.Hosting;
using Redox.Media.Api.Observability;
using Redox.Media.Api.Redox;
using Redox.Media.Api.Security;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Uploads;

namespace Redox.Media.Api.Uploads;

/// <summary>
/// Takes files as Redox's blob host does: <c>multipart/form-data</c> with the field <c>file</c>; 201 and the URI for FileContents. Source:
/// Redox, "Send a file via Redox Data Model API".
/// </summary>
internal sealed class UploadEndpoint(UploadIntake intake, LastKnownGood<FhirSettings> settings)
{
    private const string Field = "file";

    /// <summary>Longest boundary, in characters. Source: RFC 2046, section 5.1.1.</summary>
    private const int MaxBoundary = 70;

    /// <summary>Values of Content-Transfer-Encoding that change no byte. Source: RFC 2045, section 6.2.</summary>
    private static readonly string[] Verbatim = ["7bit", "8bit", "binary"];

    public static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(1);

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var address in new[] { "/upload", "/uploads" })
        {
            routes.MapPost(address, (HttpContext context, UploadEndpoint uploads) => uploads.ReceiveAsync(context))
                .RequireAuthorization(Policies.Client)
                .WithMetadata(new AuditedEndpoint(AuditAct.Upload))
                .Describe(RedoxOpenApi.DescribeUpload);
        }
    }

    private async Task ReceiveAsync(HttpContext context)
    {
        if (context.GetCallerWithOrigin() is not Caller.Client client)
        {
            await ErrorResponses.ForbiddenAsync(context);
            return;
        }

        var form = MultipartOf(context.Request);
        var (outcome, file) = form is null
            ? (UploadOutcome.Invalid, null)
            : await intake.TakeAsync(context, client, () => OpenAsync(form), () => EndAsync(form));
        if (outcome != UploadOutcome.Stored)
        {
            context.Response.Headers.Connection = "close"; // the rest of the body stays unread
            await RejectAsync(context, outcome);
            return;
        }

        var uri = $"{FhirRequest.BaseOf(context.Request, settings.Value)}/uploads/{UploadReference.NameOf(file!.Id)}";
        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(new { URI = uri }), context.RequestAborted);
    }

    private Task RejectAsync(HttpContext context, UploadOutcome outcome) => outcome switch
    {
        UploadOutcome.Forbidden => ErrorResponses.ForbiddenAsync(context),
        UploadOutcome.TooLarge => ErrorResponses.BadRequestAsync(
            context, $"A file may have {intake.Limits.MaxFileBytes} bytes.", StatusCodes.Status413PayloadTooLarge),
        UploadOutcome.TooSlow => ErrorResponses.BadRequestAsync(
            context, "The file took too long to arrive.", StatusCodes.Status408RequestTimeout),
        UploadOutcome.Overloaded => ErrorResponses.UnavailableAsync(context, RejectReason.Overloaded, "Too many bytes are in flight."),
        UploadOutcome.TooMany => ErrorResponses.TooManyRequestsAsync(
            context,
            "Too many files of this client wait for a message that brings them (Uploads:MaxUnclaimed, Uploads:MaxUnclaimedBytes).",
            RetryAfter),
        _ => ErrorResponses.BadRequestAsync(
            context,
            $"The body must be complete, of the type multipart/form-data, and have one file in the field {Field}, as it is: without a "
                + "Content-Encoding, and without a Content-Transfer-Encoding other than binary."),
    };

    private static MultipartReader? MultipartOf(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
        && HeaderUtilities.RemoveQuotes(type.Boundary) is { Length: > 0 and <= MaxBoundary } boundary
            ? new MultipartReader(boundary.ToString(), request.Body) : null;

    private static async Task<Stream?> OpenAsync(MultipartReader form)
    {
        while (await form.ReadNextSectionAsync() is { } section)
        {
            if (IsFile(section))
            {
                return IsEncoded(section) ? null : section.Body;
            }
        }

        return null;
    }

    // To the end, so that a truncated body is detected.
    private static async Task<bool> EndAsync(MultipartReader form)
    {
        while (await form.ReadNextSectionAsync() is { } section)
        {
            if (IsFile(section))
            {
                return false;
            }
        }

        return true;
    }

    // Stored as it is sent, an encoded file would not be the document.
    private static bool IsEncoded(MultipartSection section) =>
        section.Headers is { } headers
        && (!ContentNegotiation.IsUncompressed(headers.GetValueOrDefault(HeaderNames.ContentEncoding))
            || headers.GetValueOrDefault("Content-Transfer-Encoding").Any(
                value => !Verbatim.Contains(value?.Trim(), StringComparer.OrdinalIgnoreCase)));

    private static bool IsFile(MultipartSection section) =>
        ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
        && StringSegment.Equals(HeaderUtilities.RemoveQuotes(disposition.Name), Field, StringComparison.Ordinal);
}
