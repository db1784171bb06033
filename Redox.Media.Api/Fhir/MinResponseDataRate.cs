using Redox.Media.Api.Hosting;

namespace Redox.Media.Api.Fhir;

/// <summary>
/// The minimum rate at which a client must read a file, applied to each slice. A client that stops reading occupies a database session.
/// Kestrel's own limit is an average since the first byte, so after some megabytes it would tolerate a stalled client for hours.
/// </summary>
/// <param name="Grace">Time for a slice of any size.</param>
internal sealed record MinResponseDataRate(TimeSpan Grace, double BytesPerSecond)
{
    /// <summary>The same as the minimum rate of request bodies.</summary>
    public static MinResponseDataRate Default { get; } = new(MediaService.MinBodyRate.GracePeriod, MediaService.MinBodyRate.BytesPerSecond);

    public TimeSpan MaxTimeFor(int bytes) => Grace + TimeSpan.FromSeconds(bytes / BytesPerSecond);
}
