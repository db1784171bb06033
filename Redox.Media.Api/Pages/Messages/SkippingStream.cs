namespace Redox.Media.Api.Pages.Messages;

/// <summary>Passes on what is written to it, without the first bytes.</summary>
internal sealed class SkippingStream(Stream destination, long skipped) : Stream
{
    private long _left = skipped;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var skip = (int)Math.Min(_left, buffer.Length);
        _left -= skip;
        return skip == buffer.Length ? default : destination.WriteAsync(buffer[skip..], cancellationToken);
    }

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
