using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Redox.Media.Api.Configuration;
using Redox.Media.Api.Fhir;
using Redox.Media.Api.Redox;
using Redox.Media.Core.Deliveries;

namespace Redox.Media.Api.Security;

/// <summary>
/// Limits the requests of each client, at all endpoints together, so that one client cannot take the machine from the engine's feed. The
/// requests of one second may arrive at once or evenly. The limit holds within this process: several instances allow a multiple of it.
/// The engine and staff have no limit.
/// </summary>
internal static class ClientRateLimit
{
    /// <summary>Tokens are replenished at most this often: the framework's limiter looks at its partitions every 100 ms.</summary>
    private const int ReplenishmentsPerSecond = 10;

    /// <summary>The header that Redox sends with 429: here the requests a second.</summary>
    public const string LimitHeader = "X-RateLimit-Limit";

    public static void AddClientRateLimit(this IServiceCollection services) => services.AddRateLimiter(options =>
    {
        options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, (string ClientId, int Limit)>(Partition);
        options.OnRejected = (rejected, _) => new ValueTask(RejectAsync(rejected));
    });

    public static void UseClientRateLimit(this IApplicationBuilder app) =>
        app.UseWhen(context => context.GetCaller() is Caller.Client, clients => clients.UseRateLimiter());

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
        var key = LimitOf(context);
        return RateLimitPartition.GetTokenBucketLimiter(key, _ => OptionsFor(key.Limit));
    }

    private static (string ClientId, int Limit) LimitOf(HttpContext context)
    {
        var client = context.GetClient()!;
        var settings = context.RequestServices.GetRequiredService<LastKnownGood<FhirSettings>>().Value;
        return (client.Id, client.MaxRequestsPerSecond ?? settings.MaxRequestsPerSecond);
    }

    // Leaves no row: a client that sends too many requests must not fill the database with them.
    private static Task RejectAsync(OnRejectedContext rejected)
    {
        var context = rejected.HttpContext;
        var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.Zero;
        FhirResponses.LeaveBodyUnread(context);
        context.Response.Headers[LimitHeader] = LimitOf(context).Limit.ToString(CultureInfo.InvariantCulture);
        if (context.Features.Get<FhirRequest>() is null && context.Request.Path != CapabilityEndpoint.Address)
        {
            return ErrorResponses.TooManyRequestsAsync(
                context, "Too many requests; please send fewer of them per second (Fhir:MaxRequestsPerSecond).", wait);
        }

        FhirResponses.RetryAfter(context, wait);
        context.Response.Headers[FhirRequest.CorrelationHeader] =
            context.Features.Get<FhirRequest>()?.CorrelationId ?? FhirRequest.CorrelationOf(context.Request);
        return FhirResponses.ProblemAsync(context, FhirProblem.TooManyRequests);
    }
}
