using System.Buffers;
using System.IO.Pipelines;

namespace Redox.Media.Core.Parsing;

/// <summary>Reads bodies. Keeps nothing between them, so one serves all requests.</summary>
public sealed class BodyReader
{
    /// <summary>
    /// Bytes between two looks at the budget: what is rented in between, at most as much again as the body holds or one slice, is taken
    /// before it is granted.
    /// </summary>
    private const int StepBytes = 16 * 1024;

    private readonly BodyLimits _limits;
    private readonly SlicePool _pool;
    private readonly TimeProvider _time;

    public BodyReader(BodyLimits limits, TimeProvider? time = null)
        : this(limits, SlicePool.Shared, time)
    {
    }

    internal BodyReader(BodyLimits limits, SlicePool pool, TimeProvider? time = null)
    {
        _limits = limits;
        _pool = pool;
        _time = time ?? TimeProvider.System;
    }

    /// <summary>
    /// Reads the body to its end. Defects of the bytes are returned as values; only cancellation and bugs throw.
    /// </summary>
    /// <remarks>
    /// An <see cref="IOException"/> of the pipe means that the sender went away. A pipe with a size limit of its own reports that in the
    /// same way, so its limit must be above <see cref="BodyLimits.MaxBodyBytes"/>.
    /// </remarks>
    /// <param name="body">Everything read from it is marked as consumed; completing it is the caller's.</param>
    /// <param name="file">Where the message would carry its file.</param>
    /// <param name="length">Its declared length; null when unknown.</param>
    /// <param name="reservation">
    /// Grows when the body needs more memory than it covers. It stays the caller's, to dispose after the message.
    /// </param>
    /// <param name="cancellation">Ends the reading with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled, or a pending read of the pipe.</exception>
    public async Task<BodyReadResult> ReadAsync(
        PipeReader body, ContentProperty file, long? length, ByteBudget.Reservation reservation, CancellationToken cancellation)
    {
        using var assembly = new MessageParser(_limits, file, _pool);
        using var deadline = new BodyDeadline(_limits.BodyTimeout, _limits.MinBytesPerSecond, length, _time);
        while (true)
        {
            ReadResult read;
            try
            {
                read = await deadline.ReadAsync(body, assembly.BodyLength, cancellation);
            }
            catch (Exception exception)
                when (exception is IOException or OperationCanceledException && !cancellation.IsCancellationRequested)
            {
                // Kestrel reports a reset connection by the second exception. Bytes that arrived together with the reset are lost.
                return new BodyReadResult(BodyReadStatus.Complete, assembly.Finish(MessageDefect.Truncated));
            }

            BodyReadStatus status;
            try
            {
                var taking = TakeAsync(read.Buffer, assembly, length, reservation, deadline, cancellation);
                status = taking.IsCompletedSuccessfully ? taking.Result : await taking;
            }
            finally
            {
                body.AdvanceTo(read.Buffer.End);
            }

            if (status != BodyReadStatus.Complete)
            {
                return new BodyReadResult(status, null);
            }

            if (deadline.HasPassed)
            {
                return new BodyReadResult(status, assembly.Finish(MessageDefect.Truncated | MessageDefect.TimedOut));
            }

            if (read.IsCanceled)
            {
                throw new OperationCanceledException("The read of the body was cancelled.");
            }

            if (read.IsCompleted)
            {
                return new BodyReadResult(BodyReadStatus.Complete, assembly.Finish(MessageDefect.None));
            }
        }
    }

    private async ValueTask<BodyReadStatus> TakeAsync(
        ReadOnlySequence<byte> buffer, MessageParser assembly, long? length, ByteBudget.Reservation reservation, BodyDeadline deadline,
        CancellationToken cancellation)
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
                if (uncovered > 0 && !await GrowAsync(reservation, uncovered, RestOf(assembly, length), deadline, cancellation))
                {
                    return BodyReadStatus.BudgetExhausted;
                }
            }
        }

        return BodyReadStatus.Complete;
    }

    // A body of unknown length is taken to be half way.
    private static long RestOf(MessageParser assembly, long? length) =>
        length is { } declared ? declared - assembly.BodyLength : assembly.BodyLength;

    private async ValueTask<bool> GrowAsync(
        ByteBudget.Reservation reservation, long bytes, long rest, BodyDeadline deadline, CancellationToken cancellation)
    {
        var growing = reservation.GrowAsync(bytes, rest, cancellation);
        if (growing.IsCompletedSuccessfully)
        {
            return growing.Result;
        }

        var begun = _time.GetTimestamp();
        var isGranted = await growing;
        deadline.Exclude(begun);
        return isGranted;
    }
}
