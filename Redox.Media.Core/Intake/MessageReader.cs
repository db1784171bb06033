using System.Buffers;
using System.IO.Pipelines;

namespace Redox.Media.Core.Intake;

/// <summary>Reads bodies. Keeps nothing between them, so one serves all requests.</summary>
public sealed class MessageReader
{
    /// <summary>Bytes between two looks at the budget: what is rented in between may be taken before it is granted.</summary>
    private const int StepBytes = 64 * 1024;

    private readonly IntakeLimits _limits;
    private readonly SlicePool _pool;

    public MessageReader(IntakeLimits limits)
        : this(limits, SlicePool.Shared)
    {
    }

    internal MessageReader(IntakeLimits limits, SlicePool pool)
    {
        _limits = limits;
        _pool = pool;
    }

    /// <summary>
    /// Reads the body to its end. What is wrong with the bytes comes back as a value; only cancellation and bugs throw.
    /// </summary>
    /// <remarks>
    /// An <see cref="IOException"/> of the pipe means that the sender went away. A pipe with a size limit of its own reports that in the same
    /// way, so its limit must lie above <see cref="IntakeLimits.MaxBodyBytes"/>.
    /// </remarks>
    /// <param name="body">Everything read from it is marked as consumed; completing it is the caller's.</param>
    /// <param name="file">Where the message would carry its file.</param>
    /// <param name="reservation">Grows when the body needs more memory than it covers. It stays the caller's, to dispose after the message.</param>
    /// <param name="cancellation">Ends the reading with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled, or a pending read of the pipe.</exception>
    public async Task<IntakeResult> ReadAsync(
        PipeReader body, FilePath file, ByteBudget.Reservation reservation, CancellationToken cancellation)
    {
        using var assembly = new MessageAssembly(_limits, file, _pool);
        while (true)
        {
            ReadResult read;
            try
            {
                read = await body.ReadAsync(cancellation);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException && !cancellation.IsCancellationRequested)
            {
                // The second is how Kestrel says that the connection was reset. What arrived together with the end was not handed to us.
                return new IntakeResult(IntakeStatus.Complete, assembly.Finish(cutOff: true));
            }

            IntakeStatus status;
            try
            {
                status = Take(read.Buffer, assembly, reservation);
            }
            finally
            {
                body.AdvanceTo(read.Buffer.End);
            }

            if (status != IntakeStatus.Complete)
            {
                return new IntakeResult(status, null);
            }

            if (read.IsCanceled)
            {
                throw new OperationCanceledException("The read of the body was cancelled.");
            }

            if (read.IsCompleted)
            {
                return new IntakeResult(IntakeStatus.Complete, assembly.Finish(cutOff: false));
            }
        }
    }

    private IntakeStatus Take(ReadOnlySequence<byte> buffer, MessageAssembly assembly, ByteBudget.Reservation reservation)
    {
        if (assembly.BodyLength + buffer.Length > _limits.MaxBodyBytes)
        {
            return IntakeStatus.TooLarge;
        }

        foreach (var segment in buffer)
        {
            for (var at = 0; at < segment.Length; at += StepBytes)
            {
                assembly.Feed(segment.Span.Slice(at, Math.Min(StepBytes, segment.Length - at)));
                var uncovered = assembly.HeldBytes - reservation.Bytes;
                if (uncovered > 0 && !reservation.TryGrow(uncovered))
                {
                    return IntakeStatus.BudgetExhausted;
                }
            }
        }

        return IntakeStatus.Complete;
    }
}
