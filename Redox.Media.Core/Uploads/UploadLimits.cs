namespace Redox.Media.Core.Uploads;

/// <summary>The limits of uploads.</summary>
/// <param name="MaxFileBytes">Bytes of one file.</param>
/// <param name="MaxUnclaimed">Files that one client may have unclaimed.</param>
/// <param name="MaxUnclaimedBytes">Their bytes together.</param>
/// <param name="Lifetime">How long a file is kept after it was sent.</param>
/// <param name="MaxWait">Longest wait for memory.</param>
/// <param name="BodyTimeout">How long a body of any length may take to arrive.</param>
/// <param name="MinBytesPerSecond">For each second a body may have this many bytes more.</param>
public sealed record UploadLimits(
    long MaxFileBytes, int MaxUnclaimed, long MaxUnclaimedBytes, TimeSpan Lifetime, TimeSpan MaxWait, TimeSpan BodyTimeout,
    long MinBytesPerSecond);
