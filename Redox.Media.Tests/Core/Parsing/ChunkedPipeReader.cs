using System.Buffers;
using System.IO.Pipelines;

namespace Redox.Media.Tests.Core.Parsing;

/// <summary>
/// Gives out a body a few bytes at a time, and insists on the manners of a pipe: every read is advanced over before the next.
/// </summary>
internal sealed class ChunkedPipeReader(ReadOnlyMemory<byte> body, int bytesPerRead, Exception? ending = null) : PipeReader
{
    private int _position;
    private int _given;
    private bool _reading;

    /// <summary>Whether the last read was given back.</summary>
    public bool IsAtRest => !_reading;

    public int BytesConsumed => _position;

    public bool CancelNextRead { get; init; }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_reading)
        {
            throw new InvalidOperationException("The last read was not advanced over.");
        }

        if (_position == body.Length && ending is not null)
        {
            throw ending;
        }

        _reading = true;
        _given = Math.Min(bytesPerRead, body.Length - _position);
        var isLast = _position + _given == body.Length && ending is null;
        return ValueTask.FromResult(new ReadResult(
            new ReadOnlySequence<byte>(body.Slice(_position, _given)), CancelNextRead, isLast));
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _reading = false;
        _position += _given;
    }

    public override void CancelPendingRead() => throw new NotSupportedException();

    public override void Complete(Exception? exception = null) =>
        throw new InvalidOperationException("Completing the body is its owner's.");

    public override bool TryRead(out ReadResult result) => throw new NotSupportedException();
}
