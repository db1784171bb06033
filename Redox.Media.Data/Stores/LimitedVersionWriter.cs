using Redox.Media.Core.Documents;
using Redox.Media.Data.Resilience;

namespace Redox.Media.Data.Stores;

/// <summary>Writes versions without counting the time that the client takes as time of the database call.</summary>
internal sealed class LimitedVersionWriter(IVersionWriter writer, DatabaseCall call) : IVersionWriter
{
    public ValueTask BeginAsync(ReadOnlyMemory<byte> envelope, bool content, CancellationToken cancellation) =>
        call.OutsideAsync(() => writer.BeginAsync(envelope, content, cancellation));

    public ValueTask SliceAsync(ReadOnlyMemory<byte> slice, CancellationToken cancellation) =>
        call.OutsideAsync(() => writer.SliceAsync(slice, cancellation));

    public ValueTask EndAsync(CancellationToken cancellation) => call.OutsideAsync(() => writer.EndAsync(cancellation));
}
