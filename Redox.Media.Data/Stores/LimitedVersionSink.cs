using Redox.Media.Core.Documents;
using Redox.Media.Data.Resilience;

namespace Redox.Media.Data.Stores;

/// <summary>Hands versions on, without counting the time that the client takes as the database's.</summary>
internal sealed class LimitedVersionSink(IVersionWriter sink, DatabaseCall call) : IVersionWriter
{
    public ValueTask BeginAsync(ReadOnlyMemory<byte> envelope, bool content, CancellationToken cancellation) =>
        call.OutsideAsync(() => sink.BeginAsync(envelope, content, cancellation));

    public ValueTask SliceAsync(ReadOnlyMemory<byte> slice, CancellationToken cancellation) =>
        call.OutsideAsync(() => sink.SliceAsync(slice, cancellation));

    public ValueTask EndAsync(CancellationToken cancellation) => call.OutsideAsync(() => sink.EndAsync(cancellation));
}
