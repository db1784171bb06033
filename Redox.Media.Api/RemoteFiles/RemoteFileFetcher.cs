using System.IO.Hashing;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Redox.Media.Api.Configuration;
using Redox.Media.Api.Outbound;
using Redox.Media.Core.RemoteFiles;

namespace Redox.Media.Api.RemoteFiles;

/// <summary>
/// Fetches a file slice by slice into the store. What has arrived stays there, so that the next try asks for the rest only, if the host
/// gave the file a strong entity tag (RFC 9110, sections 13.1.5 and 14).
/// </summary>
internal sealed class RemoteFileFetcher(
    [FromKeyedServices(OutboundSetup.RemoteFiles)] OutboundClient http, IRemoteFileStore store, RemoteFileRules rules,
    LastKnownGood<RemoteFileSettings> settings, TimeProvider time)
{
    /// <summary>
    /// Renewed with each slice. Longer than a slice may take and a call of the database may last, so that no other instance takes the file
    /// of one that works on it.
    /// </summary>
    private TimeSpan Lease => settings.Value.SliceTimeout + TimeSpan.FromMinutes(3);

    /// <summary>Takes the next file that is due; null when none is.</summary>
    /// <exception cref="Core.Deliveries.StoreUnavailableException">The database is unavailable.</exception>
    public Task<RemoteFile?> TakeAsync(Guid owner, CancellationToken cancellation) => rules.Hosts is { Count: > 0 } hosts
        ? store.TakeAsync(owner, Lease, time.GetUtcNow(), hosts, cancellation)
        : Task.FromResult<RemoteFile?>(null);

    /// <summary>Fetches a file up to its last byte and compares it with what the host said of it.</summary>
    /// <exception cref="RemoteFileException">It is not complete.</exception>
    /// <exception cref="Core.Deliveries.StoreUnavailableException">The database is unavailable.</exception>
    public async Task<FetchedFile> FetchAsync(RemoteFile file, Guid owner, CancellationToken cancellation)
    {
        var transfer = new Transfer(file, owner);
        try
        {
            if (!transfer.IsComplete)
            {
                await ReceiveAsync(transfer, cancellation);
            }

            return new FetchedFile(await HashAsync(transfer, cancellation), transfer.Status, transfer.Received);
        }
        catch (OutboundException exception)
        {
            throw new RemoteFileException(FailureOf(exception.Failure), exception.Status ?? transfer.Status, transfer.Received)
            {
                RetryAfter = exception.RetryAfter,
            };
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new RemoteFileException(
                exception is HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded }
                    ? RemoteFileFailure.Truncated : RemoteFileFailure.ConnectionFailed,
                transfer.Status, transfer.Received);
        }
    }

    private async Task ReceiveAsync(Transfer transfer, CancellationToken cancellation)
    {
        var isRest = transfer.Part is { Slices: > 0, EntityTag: not null };
        using var response = await http.GetAsync(transfer.File.Url, request => Ask(request, transfer, isRest), cancellation);
        transfer.Status = (int)response.StatusCode;
        if (RemoteFileResponse.IsEncoded(response))
        {
            throw transfer.Failed(RemoteFileFailure.Compressed, discard: true);
        }

        switch (response.StatusCode)
        {
            case HttpStatusCode.PartialContent when isRest && IsRestOf(transfer, response):
                var rest = transfer.Part with { FullLength = response.Content.Headers.ContentRange!.Length };
                await BeginAsync(transfer, rest, discard: false);
                break;
            case HttpStatusCode.OK:
                var part = new RemoteFilePart(0, RemoteFileResponse.StrongTag(response), response.Content.Headers.ContentLength);
                await BeginAsync(transfer, part, discard: transfer.File.Part.Slices > 0);
                break;
            case HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable when isRest:
                throw transfer.Failed(RemoteFileFailure.Changed, discard: true);
            default:
                throw transfer.Failed(RemoteFileFailure.Status);
        }

        transfer.Digest = RemoteFileResponse.Digest(response);
        await ReceiveAsync(transfer, await response.Content.ReadAsStreamAsync(cancellation), cancellation);
    }

    private async Task BeginAsync(Transfer transfer, RemoteFilePart part, bool discard)
    {
        if (part.FullLength > settings.Value.MaxFileBytes)
        {
            throw transfer.Failed(RemoteFileFailure.TooLarge, discard: true);
        }

        transfer.Part = part;
        CheckLease(await store.BeginAsync(transfer.File, transfer.Owner, Lease, part, discard, CancellationToken.None));
    }

    // A buffer of its own, not a pooled one: a call of the database that did not end in time may still send it.
    private async Task ReceiveAsync(Transfer transfer, Stream body, CancellationToken cancellation)
    {
        var buffer = new byte[RemoteFile.SliceBytes];
        while (true)
        {
            var count = await ReadSliceAsync(transfer, body, buffer, cancellation);
            var length = transfer.WholeSlices + count;
            if (length > settings.Value.MaxFileBytes)
            {
                throw transfer.Failed(RemoteFileFailure.TooLarge, discard: true);
            }

            if (count < buffer.Length)
            {
                await EndAsync(transfer, buffer.AsMemory(0, count), length);
                return;
            }

            await AddAsync(transfer, transfer.Part, buffer);
        }
    }

    private async Task EndAsync(Transfer transfer, ReadOnlyMemory<byte> last, long length)
    {
        if (length == 0)
        {
            throw transfer.Failed(RemoteFileFailure.Empty);
        }

        if (transfer.Part.FullLength is { } full && full != length)
        {
            throw transfer.Failed(RemoteFileFailure.Truncated, discard: length > full);
        }

        // The length is stored with the last slice: from then on the file is known to be complete.
        var part = transfer.Part with { FullLength = length };
        if (last.Length > 0)
        {
            await AddAsync(transfer, part, last);
        }
        else
        {
            await BeginAsync(transfer, part, discard: false);
        }
    }

    private async Task AddAsync(Transfer transfer, RemoteFilePart part, ReadOnlyMemory<byte> slice)
    {
        CheckLease(await store.AddSliceAsync(transfer.File, transfer.Owner, Lease, part, slice, CancellationToken.None));
        transfer.Part = part with { Slices = part.Slices + 1 };
    }

    /// <summary>Fills the buffer; fewer bytes at the end of the file only.</summary>
    private async Task<int> ReadSliceAsync(Transfer transfer, Stream body, byte[] buffer, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(settings.Value.SliceTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        var count = 0;
        try
        {
            while (count < buffer.Length && await body.ReadAsync(buffer.AsMemory(count), either.Token) is > 0 and var read)
            {
                count += read;
                transfer.Received += read;
            }

            return count;
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw transfer.Failed(RemoteFileFailure.Timeout);
        }
    }

    // Of what the database has, not of what arrived: a part may be from an earlier try.
    private async Task<StoredFile> HashAsync(Transfer transfer, CancellationToken cancellation)
    {
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var checksum = new XxHash3();
        var length = 0L;
        await store.ReadAsync(
            transfer.File,
            bytes =>
            {
                sha256.AppendData(bytes);
                checksum.Append(bytes);
                length += bytes.Length;
            },
            cancellation);
        var digest = sha256.GetHashAndReset();
        if (length != transfer.Part.FullLength || (transfer.Digest is { } said && !said.AsSpan().SequenceEqual(digest)))
        {
            throw transfer.Failed(
                length != transfer.Part.FullLength ? RemoteFileFailure.Truncated : RemoteFileFailure.WrongDigest, discard: true);
        }

        return new StoredFile(length, (long)checksum.GetCurrentHashAsUInt64(), digest);
    }

    private static void CheckLease(bool isOwned)
    {
        if (!isOwned)
        {
            throw new RemoteFileTakenException();
        }
    }

    private void Ask(HttpRequestMessage request, Transfer transfer, bool isRest)
    {
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        if (rules.Find(RemoteFileReference.HostOf(transfer.File.Url))?.Token is { } token)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        if (isRest)
        {
            request.Headers.Range = new RangeHeaderValue(transfer.WholeSlices, null);
            request.Headers.IfRange = new RangeConditionHeaderValue(new EntityTagHeaderValue(transfer.Part.EntityTag!));
        }
    }

    private static bool IsRestOf(Transfer transfer, HttpResponseMessage response) =>
        response.Content.Headers.ContentRange is { From: { } from, Length: { } length }
        && from == transfer.WholeSlices
        && (transfer.Part.FullLength ?? length) == length
        && (response.Headers.ETag is null || RemoteFileResponse.StrongTag(response) == transfer.Part.EntityTag);

    private static RemoteFileFailure FailureOf(OutboundFailure failure) => failure switch
    {
        OutboundFailure.AddressNotAllowed => RemoteFileFailure.AddressNotAllowed,
        OutboundFailure.NameNotResolved => RemoteFileFailure.NameNotResolved,
        OutboundFailure.TlsFailed => RemoteFileFailure.TlsFailed,
        OutboundFailure.Timeout => RemoteFileFailure.Timeout,
        OutboundFailure.RedirectRefused => RemoteFileFailure.Redirect,
        OutboundFailure.Status => RemoteFileFailure.Status,
        OutboundFailure.CircuitOpen => RemoteFileFailure.TooManyFailures,
        _ => RemoteFileFailure.ConnectionFailed,
    };

    /// <summary>A file on its way.</summary>
    private sealed class Transfer(RemoteFile file, Guid owner)
    {
        public RemoteFile File => file;

        public Guid Owner => owner;

        public RemoteFilePart Part { get; set; } = file.Part;

        /// <summary>Bytes of this try.</summary>
        public long Received { get; set; }

        public int? Status { get; set; }

        /// <summary>The SHA-256 that the host gave.</summary>
        public byte[]? Digest { get; set; }

        public long WholeSlices => (long)Part.Slices * RemoteFile.SliceBytes;

        public bool IsComplete =>
            Part.FullLength is { } length && Part.Slices == (length + RemoteFile.SliceBytes - 1) / RemoteFile.SliceBytes;

        public RemoteFileException Failed(RemoteFileFailure failure, bool discard = false) =>
            new(failure, Status, Received) { Discard = discard };
    }
}

/// <summary>A file whose slices are complete.</summary>
/// <param name="Status">The HTTP status; null when an earlier try had it already.</param>
/// <param name="Received">Bytes of this try.</param>
internal sealed record FetchedFile(StoredFile Content, int? Status, long Received);

/// <summary>A file was not fetched.</summary>
internal sealed class RemoteFileException(RemoteFileFailure failure, int? status, long received) : Exception(failure.Name())
{
    public RemoteFileFailure Failure => failure;

    public int? Status => status;

    /// <summary>Bytes of this try.</summary>
    public long Received => received;

    /// <summary>Whether what has arrived cannot be continued.</summary>
    public bool Discard { get; init; }

    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>Another instance has taken the file, because this one was too slow.</summary>
internal sealed class RemoteFileTakenException : Exception;
