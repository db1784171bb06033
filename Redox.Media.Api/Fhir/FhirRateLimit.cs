using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Redox.Media.Api.Configuration;
using Redox.Media.Api.Security;

namespace Redox.Media.Api.Fhir;

/// <summary>
/// Limits the requests of each client, so that one client cannot take the machine from the engine's feed. The requests of one second may
/// arrive at once or evenly. The limit holds within this process: several instances allow a multiple of it.
/// </summary>
internal static class FhirRateLimit
{
    public const string PolicyName = "fhir";

    /// <summary>Tokens are replenished at most this often: the framework's limiter looks at its partitions every 100 ms.</summary>
    private const int ReplenishmentsPerSecond = 10;

    public static void AddFhirRateLimit(this IServiceCollection services) => services.AddRateLimiter(options =>
    {
        options.AddPolicy(PolicyName, Partition);
        options.OnRejected = (rejected, _) => new ValueTask(RejectAsync(rejected));
    });

    /// <summary>As many tokens as a second allows, replenished evenly.</summary>
    public static TokenBucketRateLimiterOptions OptionsFor(int requestsPerSecond)
    {
        var tokens = Math.Max(1, requestsPerSecond / ReplenishmentsPerSecond);
        return new TokenBucketRateLimiterOptions
        {
            TokenLimit = requestsPerSecond,
            TokensPerPeriod = tokens,
            ReplenishmentPeriod = TimeSpan.FromSeconds((double)tokens / requestsPerSecond),
            QueueLimit = 0,
        };
    }

    // The limit is part of the key: a changed setting takes effect with a new partition, and the old one expires.
    private static RateLimitPartition<(string ClientId, int Limit)> Partition(HttpContext context)
    {
        if (context.GetClient() is not { } client)
        {
            return RateLimitPartition.GetNoLimiter(("", 0));
        }

        var settings = context.RequestServices.GetRequiredService<LastKnownGood<FhirSettings>>().Value;
        (string ClientId, int Limit) key = (client.Id, settings.MaxRequestsPerSecond);
        return RateLimitPartition.GetTokenBucketLimiter(key, _ => OptionsFor(key.Limit));
    }

    // Leaves no row: a client that sends too many requests must not fill the database with them.
    private static Task RejectAsync(OnRejectedContext rejected)
    {
        var context = rejected.HttpContext;
        FhirResponses.LeaveBodyUnread(context);
        FhirResponses.RetryAfter(context, rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.Zero);
        context.Response.Headers[FhirRequest.CorrelationHeader] = FhirRequest.Of(context).CorrelationId;
        return FhirResponses.ProblemAsync(context, FhirProblem.TooManyRequests);
    }
}
