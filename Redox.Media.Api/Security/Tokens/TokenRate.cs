using System.Globalization;
using System.Threading.RateLimiting;

namespace Redox.Media.Api.Security.Tokens;

/// <summary>Limits the tokens of each client, in this process. A client needs one in five minutes.</summary>
internal sealed class TokenRate : IDisposable
{
    private const int MaxTokensPerSecond = 10;

    private readonly PartitionedRateLimiter<KnownClient> _limiter = PartitionedRateLimiter.Create<KnownClient, string>(client =>
        RateLimitPartition.GetTokenBucketLimiter(client.Id, _ => ClientRateLimit.OptionsFor(MaxTokensPerSecond)));

    public void Dispose() => _limiter.Dispose();

    /// <summary>False, with the headers of the response, for one too many.</summary>
    public bool TryAcquire(HttpContext context, KnownClient client)
    {
        using var lease = _limiter.AttemptAcquire(client);
        if (!lease.IsAcquired)
        {
            context.Response.Headers[ClientRateLimit.LimitHeader] = MaxTokensPerSecond.ToString(CultureInfo.InvariantCulture);
            context.Response.Headers.RetryAfter = "1";
        }

        return lease.IsAcquired;
    }
}
