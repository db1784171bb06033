using Microsoft.AspNetCore.Http.Features;
using Redox.Media.Api.Security;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Uploads;

namespace Redox.Media.Api.Uploads;

/// <summary>How an upload ended.</summary>
internal enum UploadOutcome
{
    Stored,

    /// <summary>The client may not create documents.</summary>
    Forbidden,

    /// <summary>The body ended early, or has no file.</summary>
    Invalid,
    TooLarge,
    TooSlow,
    Overloaded,

    /// <summary>The client has too much that no message has brought.</summary>
    TooMany,
}

/// <summary>Takes a file from its first byte into the store, for both protocols. A file that did not arrive whole leaves nothing.</summary>
internal sealed partial class UploadIntake(
    UploadReader reader, IUploadStore store, UploadLimits limits, AccessAudit audit, TimeProvider time, ILogger<UploadIntake> logger)
{
    /// <summary>What a body may have beside the file: boundaries, heads and other fields, in bytes.</summary>
    private const long MaxOtherBytes = 64 * 1024;

    public UploadLimits Limits => limits;

    /// <param name="context">The request, to an <see cref="AuditedEndpoint"/>.</param>
    /// <param name="client">Its client.</param>
    /// <param name="open">Opens the file in the body; null when there is none.</param>
    /// <param name="end">Reads what follows the file; false when the body is not as it should be.</param>
    public async Task<(UploadOutcome Outcome, UploadedFile? File)> TakeAsync(
        HttpContext context, Caller.Client client, Func<Task<Stream?>> open, Func<Task<bool>> end)
    {
        if (client.Events?.Contains(nameof(DocumentEventKind.New)) == false)
        {
            await audit.RecordRefusalAsync(context);
            return (UploadOutcome.Forbidden, null);
        }

        var length = context.Request.ContentLength;
        if (length > limits.MaxFileBytes + MaxOtherBytes)
        {
            return (UploadOutcome.TooLarge, null);
        }

        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = limits.MaxFileBytes + MaxOtherBytes;
        try
        {
            return await open() is { } stream ? await TakeAsync(context, client, stream, length, end) : (UploadOutcome.Invalid, null);
        }
        catch (BadHttpRequestException bad) when (bad.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return (UploadOutcome.TooLarge, null);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            return (UploadOutcome.Invalid, null); // truncated, or a part has too many or too long headers
        }
    }

    private async Task<(UploadOutcome Outcome, UploadedFile? File)> TakeAsync(
        HttpContext context, Caller.Client client, Stream stream, long? length, Func<Task<bool>> end)
    {
        using var read = await reader.ReadAsync(stream, length, client.Name);
        if (read.Status != UploadReadStatus.Complete)
        {
            return (read.Status switch
            {
                UploadReadStatus.TooLarge => UploadOutcome.TooLarge,
                UploadReadStatus.TooSlow => UploadOutcome.TooSlow,
                _ => UploadOutcome.Overloaded,
            }, null);
        }

        if (!await end())
        {
            return (UploadOutcome.Invalid, null);
        }

        var file = read.ToUpload(client.Name);
        var access = audit.Row(context, new AccessRequest(AuditAct.Upload), AuditOutcome.Success);
        if (!await store.AddAsync(file, read, time.GetUtcNow(), limits, access, CancellationToken.None))
        {
            return (UploadOutcome.TooMany, null);
        }

        LogUpload(logger, file.Id, client.Name, file.Length);
        return (UploadOutcome.Stored, file);
    }

    [LoggerMessage(EventId = 1004, Level = LogLevel.Information, Message = "Upload {UploadId} from {Caller}: {ContentBytes} bytes")]
    private static partial void LogUpload(ILogger logger, Guid uploadId, string caller, long contentBytes);
}
