using System.Buffers;
using System.Buffers.Text;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;
using Redox.Media.Core.Validation;

namespace Redox.Media.Core.Uploads;

/// <summary>
/// Makes of a message that refers to an upload the message that carries the file: from there on it is like any other, also when it is set
/// aside and released after the upload has expired.
/// </summary>
public sealed class UploadResolver(IUploadStore store, UploadLimits limits, IntakeBudget budget, TimeProvider time)
{
    /// <summary>
    /// What the violation of an upload says that cannot be used. Which of them it is, and whether it exists, is not said.
    /// </summary>
    public const string Unusable = "is not an upload of this client, or it has expired or has been used";

    /// <summary>Beside the content: the envelope, and what the first slice grows by.</summary>
    private const long ReservedBytes = 64 * 1024;

    /// <param name="body">The message.</param>
    /// <param name="reference">Its reference.</param>
    /// <param name="property">Where the message that carries the file has it.</param>
    /// <param name="client">The client that sent it.</param>
    /// <exception cref="StoreUnavailableException">The database is unavailable.</exception>
    /// <exception cref="IntegrityException">The stored file is damaged.</exception>
    public async Task<ResolvedUpload> ResolveAsync(
        ParsedMessage body, UploadReference reference, ContentProperty property, Caller.Client client, CancellationToken cancellation)
    {
        var file = await store.FindAsync(reference.Upload, client.Name, time.GetUtcNow() - limits.Lifetime, cancellation);
        var claim = new UploadClaim(reference.Upload, client.Name, Fingerprint.Of("", body.Envelope.Span, []));
        if (file is null || (file.Claim is { } other && !other.Fingerprint.AsSpan().SequenceEqual(claim.Fingerprint)))
        {
            return ResolvedUpload.Unusable;
        }

        if (file.Claim is not null)
        {
            return new ResolvedUpload(ResolvedUploadState.Repeated, claim) { Claimed = file.Claimed };
        }

        var bytes = Math.Min(file.Length * 2, file.Length + PooledBytes.SliceBytes) + (body.Envelope.Length * 2) + ReservedBytes;
        var reservation = await budget.AcquireAsync(
            client.Name, Math.Max(bytes, IntakeBudget.SmallBodyBytes + 1), limits.MaxWait, cancellation);
        if (reservation is null || !await reservation.GrowAsync(Math.Max(0, bytes - reservation.Bytes), 0, cancellation))
        {
            reservation?.Dispose();
            return new ResolvedUpload(ResolvedUploadState.Overloaded, claim);
        }

        ParsedMessage? message = null;
        try
        {
            message = await InlineAsync(body, reference, property, file, cancellation);
        }
        finally
        {
            if (message is null)
            {
                reservation.Dispose();
            }
        }

        return message is null
            ? ResolvedUpload.Unusable
            : new ResolvedUpload(ResolvedUploadState.Inlined, claim) { Message = message, Reservation = reservation };
    }

    private async Task<ParsedMessage?> InlineAsync(
        ParsedMessage body, UploadReference reference, ContentProperty property, UploadedFile file, CancellationToken cancellation)
    {
        using var parser = new MessageParser(new BodyLimits(), property, SlicePool.Shared);
        using var encoder = new Base64Encoder();
        parser.Feed(body.Envelope.Span[..reference.Start]);
        parser.Feed(reference.Before);
        if (!await store.ReadAsync(file, bytes => encoder.Encode(bytes, parser), cancellation))
        {
            return null;
        }

        encoder.End(parser);
        parser.Feed("\""u8);
        parser.Feed(body.Envelope.Span[reference.End..]);
        var message = parser.Finish(MessageDefect.None);
        if (!message.ContentSha256.Span.SequenceEqual(file.Sha256))
        {
            message.Dispose();
            throw new IntegrityException(IntegrityFailure.WrongDigest, null, new DeliveryId(file.Id));
        }

        return message;
    }

    /// <summary>
    /// Encodes slices of any length as one base64 text. A read that did not end in time may go on; after the disposal it throws.
    /// </summary>
    private sealed class Base64Encoder : IDisposable
    {
        /// <summary>A multiple of three.</summary>
        private const int InputBytes = 12 * 1024;

        private readonly byte[] _input = ArrayPool<byte>.Shared.Rent(InputBytes);
        private readonly byte[] _output = ArrayPool<byte>.Shared.Rent(InputBytes / 3 * 4);
        private readonly Lock _gate = new();
        private int _length;
        private bool _isDisposed;

        public void Encode(ReadOnlySpan<byte> bytes, MessageParser parser)
        {
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_isDisposed, this);
                while (!bytes.IsEmpty)
                {
                    var count = Math.Min(bytes.Length, InputBytes - _length);
                    bytes[..count].CopyTo(_input.AsSpan(_length));
                    _length += count;
                    bytes = bytes[count..];
                    if (_length == InputBytes)
                    {
                        End(parser);
                    }
                }
            }
        }

        public void End(MessageParser parser)
        {
            Base64.EncodeToUtf8(_input.AsSpan(0, _length), _output, out _, out var written);
            _length = 0;
            parser.Feed(_output.AsSpan(0, written));
        }

        public void Dispose()
        {
            lock (_gate)
            {
                _isDisposed = true;
            }

            ArrayPool<byte>.Shared.Return(_input, clearArray: true);
            ArrayPool<byte>.Shared.Return(_output, clearArray: true);
        }
    }
}
