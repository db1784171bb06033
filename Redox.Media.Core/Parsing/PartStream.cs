namespace Redox.Media.Core.Parsing;

/// <summary>
/// Parts read one after the other as one stream. Seekable, because Npgsql copies a stream that is not into memory before it sends it.
/// </summary>
internal sealed class PartStream : Stream
{
    private readonly BytePart[] _parts;
    private long _position;

    public PartStream(BytePart[] parts)
    {
        _parts = parts;
        Length = parts.Sum(part => part.Length);
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length { get; }

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return Read(buffer.AsSpan(offset, count));
    }

    public override int Read(Span<byte> buffer)
    {
        var written = 0;
        var start = 0L;
        foreach (var part in _parts)
        {
            var end = start + part.Length;
            while (_position < end && written < buffer.Length)
            {
                var count = part.Read(_position - start, buffer[written..]);
                written += count;
                _position += count;
            }

            start = end;
        }

        return written;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<int>(cancellationToken)
            : ValueTask.FromResult(Read(buffer.Span));

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => _position,
        _ => Length,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
