using System.Buffers;
using System.IO.Pipelines;

namespace Redox.Media.Core.Parsing;

/// <summary>Reads bodies. Keeps nothing between them, so one serves all requests.</summary>
public sealed class BodyReader
{
    /// <summary>Bytes between two looks at the budget: what is rented in between may be taken before it is granted.</summary>
    private const int StepBytes = 64 * 1024;

    private readonly BodyLimits _limits;
    private readonly SlicePool _pool;

    public BodyReader(BodyLimits limits)
        : this(limits, SlicePool.Shared)
    {
    }

    internal BodyReader(BodyLimits limits, SlicePool pool)
    {
        _limits = limits;
        _pool = pool;
    }

    /// <summary>
    /// Reads the body to its end. Defects of the bytes are returned as values; only cancellation and bugs throw.
    /// </summary>
    /// <remarks>
    /// An <see cref="IOException"/> of the pipe means that the sender went away. A pipe with a size limit of its own reports that in the same
    /// way, so its limit must be above <see cref="BodyLimits.MaxBodyBytes"/>.
    /// </remarks>
    /// <param name="body">Everything read from it is marked as consumed; completing it is the caller's.</param>
    /// <param name="file">Where the message would carry its file.</param>
    /// <param name="reservation">Grows when the body needs more memory than it covers. It stays the caller's, to dispose after the message.</param>
    /// <param name="cancellation">Ends the reading with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled, or a pending read of the pipe.</exception>
    public async Task<BodyReadResult> ReadAsync(
        PipeReader body, ContentProperty file, ByteBudget.Reservation reservation, CancellationToken cancellation)
    {
        using var assembly = new MessageParser(_limits, file, _pool);
        while (true)
        {
            ReadResult read;
            try
            {
                read = await body.ReadAsync(cancellation);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException && !cancellation.IsCancellationRequested)
            {
                // Kestrel reports a reset connection by the second exception. Bytes that arrived together with the reset are lost.
                return new BodyReadResult(BodyReadStatus.Complete, assembly.Finish(truncated: true));
            }

            BodyReadStatus status;
            try
            {
                status = Take(read.Buffer, assembly, reservation);
            }
            finally
            {
                body.AdvanceTo(read.Buffer.End);
            }

            if (status != BodyReadStatus.Complete)
            {
                return new BodyReadResult(status, null);
            }

            if (read.IsCanceled)
            {
                throw new OperationCanceledException("The read of the body was cancelled.");
            }

            if (read.IsCompleted)
            {
                return new BodyReadResult(BodyReadStatus.Complete, assembly.Finish(truncated: false));
            }
        }
    }

    private BodyReadStatus Take(ReadOnlySequence<byte> buffer, MessageParser assembly, ByteBudget.Reservation reservation)
    {
        if (assembly.BodyLength + buffer.Length > _limits.MaxBodyBytes)
        {
            return BodyReadStatus.TooLarge;
        }

        foreach (var segment in buffer)
        {
            for (var at = 0; at < segment.Length; at += StepBytes)
            {
                assembly.Feed(segment.Span.Slice(at, Math.Min(StepBytes, segment.Length - at)));
                var uncovered = assembly.HeldBytes - reservation.Bytes;
                if (uncovered > 0 && !reservation.TryGrow(uncovered))
                {
                    return BodyReadStatus.BudgetExhausted;
                }
            }
        }

        return BodyReadStatus.Complete;
    }
}
