using Redox.Media.Api.Hosting;

namespace Redox.Media.Api.Fhir;

/// <summary>
/// How slowly a client may take a file: each piece in a while, and longer the larger it is. A client that stops reading holds a session of the
/// database, and Kestrel's own rate, an average since the first byte, would bear that for hours once some megabytes have gone.
/// </summary>
/// <param name="Grace">For a piece of any size.</param>
internal sealed record MinResponseDataRate(TimeSpan Grace, double BytesPerSecond)
{
    /// <summary>As slowly as a body may come in.</summary>
    public static MinResponseDataRate Default { get; } = new(MediaService.MinBodyRate.GracePeriod, MediaService.MinBodyRate.BytesPerSecond);

    public TimeSpan MaxTimeFor(int bytes) => Grace + TimeSpan.FromSeconds(bytes / BytesPerSecond);
}
