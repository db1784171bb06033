using System.Globalization;
using Redox.Media.Api.Security;
using Redox.Media.Api.Support;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Messages;

namespace Redox.Media.Api.Pages.Messages;

/// <summary>
/// The file of a message, to be shown in a page or downloaded, while values of messages are shown. Nothing in it acts: raster images,
/// audio, video and text only are shown in place, in a sandbox; a PDF at an address of its own, because Chromium shows none in a sandbox.
/// </summary>
internal static class ContentEndpoints
{
    private const string Sandbox = "default-src 'none'; frame-ancestors 'self'; sandbox";

    // No default-src: the viewer of Chromium has styles of its own.
    private const string PdfPolicy =
        "object-src 'self'; style-src 'unsafe-inline'; script-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'";

    public static void MapContent(this RouteGroupBuilder pages)
    {
        var content = pages.MapGroup(PageAddresses.Deliveries + "/{id:guid}").RequireSession(Policies.Phi)
            .WithMetadata(new AuditedEndpoint(AuditAct.Content, StaffRoles.Phi));
        content.MapGet("/content", (Guid id, HttpContext context, StoredMessages messages, IDocumentStore store, AccessAudit audit) =>
            SendAsync(id, context, messages, store, audit, isPdf: false));
        content.MapGet("/content.pdf", (Guid id, HttpContext context, StoredMessages messages, IDocumentStore store, AccessAudit audit) =>
            SendAsync(id, context, messages, store, audit, isPdf: true));
    }

    private static async Task<IResult> SendAsync(
        Guid id, HttpContext context, StoredMessages messages, IDocumentStore store, AccessAudit audit, bool isPdf)
    {
        var staff = context.GetStaff(StaffRoles.Phi)!;
        if (context.RevealReason() is not { } reason)
        {
            return Page.Notice(
                context, StatusCodes.Status403Forbidden, "Values of messages are not shown now",
                "Open the page of the delivery and give a reason there.");
        }

        var found = await DeliveryLookup.FindAsync(id.ToString(), null, staff.VisibleSources, store, context.RequestAborted);
        var delivery = found.All.FirstOrDefault(one => one.DeliveryId.Value == id);
        var access = new AccessRequest(AuditAct.Content, id.ToString()) { Reason = reason };
        if (delivery is null || !StoredMessages.Has(delivery) || StoredMessages.ContentBytesOf(delivery) is null)
        {
            await audit.RecordAsync(context, access, AuditOutcome.NotFound);
            return Page.Notice(context, StatusCodes.Status404NotFound, "There is no file", "The message has none, or it is not stored.");
        }

        await audit.RecordAsync(context, access, AuditOutcome.Success, row => row with
        {
            DeliveryIds = [delivery.DeliveryId], Documents = MessageModels.SeenBy(delivery), IsTest = delivery.Test,
        });
        var isDownload = context.Request.Query["download"] == "yes";
        var range = isDownload ? null : RangeOf(context.Request);
        var sent = await messages.CopyContentAsync(
            delivery, staff, (length, first) => Begin(context, length, first.Span, delivery, isPdf, isDownload, range),
            context.RequestAborted);
        return sent ? Results.Empty
            : Page.Notice(context, StatusCodes.Status404NotFound, "There is no file", "The message has none, or it is not stored.");
    }

    private static Stream Begin(
        HttpContext context, long length, ReadOnlySpan<byte> first, DeliveryRecord delivery, bool isPdf, bool isDownload, long? from)
    {
        var (kind, type) = ContentKinds.Of(first);
        isDownload |= kind == ContentKind.Other || (kind == ContentKind.Pdf) != isPdf;
        var (response, headers) = (context.Response, context.Response.Headers);
        response.ContentType = isDownload ? "application/octet-stream" : type;
        headers.ContentSecurityPolicy = isPdf && !isDownload ? PdfPolicy : Sandbox;
        headers.CacheControl = "no-store";
        headers.ContentDisposition = isDownload ? $"attachment; filename=\"{delivery.DeliveryId}\"" : "inline";
        headers.AcceptRanges = "bytes";
        if (from is { } start && start < length)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {start}-{length - 1}/{length}");
            response.ContentLength = length - start;
            return new SkippingStream(response.Body, start);
        }

        response.ContentLength = length;
        return response.Body;
    }

    // A player asks for the rest of a file from some byte on. Bytes before it are read, compared with what was received, and not sent.
    private static long? RangeOf(HttpRequest request) =>
        request.GetTypedHeaders().Range is { Unit.Value: "bytes", Ranges.Count: 1 } range && range.Ranges.Single() is { To: null } rest
            ? rest.From : null;
}
