namespace Redox.Media.Core.Audit;

/// <summary>Where a request came from and by what right, for its audit row.</summary>
/// <param name="Address">The IP address of the connection; null for a Unix socket.</param>
/// <param name="TokenId">The ID of the token: a digest, which does not help to guess the token.</param>
/// <param name="Role">The role of staff that the request needed; null for other callers.</param>
public sealed record RequestOrigin(string? Address, string? TokenId, string? Role = null)
{
    public static readonly RequestOrigin Unknown = new(null, null);
}
