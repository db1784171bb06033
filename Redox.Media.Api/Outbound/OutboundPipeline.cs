using System.Net;
using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace Redox.Media.Api.Outbound;

/// <summary>Retries, circuit breaker and timeout of requests to remote hosts.</summary>
internal static class OutboundPipeline
{
    private const int MaxRetries = 2;

    /// <summary>Of the first retry, with jitter; it doubles.</summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(500);

    /// <summary>A host that wants more time is not asked again by the same call.</summary>
    private static readonly TimeSpan MaxRetryAfter = TimeSpan.FromSeconds(10);

    /// <summary>The circuit of a host opens when of at least <see cref="MinAttempts"/> within this time nine in ten failed.</summary>
    private static readonly TimeSpan SamplingTime = TimeSpan.FromMinutes(1);

    private const int MinAttempts = 6;

    private const double FailureRatio = 0.9;

    /// <summary>Then one request is let through.</summary>
    public static readonly TimeSpan BreakTime = TimeSpan.FromMinutes(1);

    public static void Build(ResiliencePipelineBuilder<HttpResponseMessage> pipeline, TimeProvider time, TimeSpan timeout)
    {
        pipeline.TimeProvider = time;
        pipeline.AddRetry(new HttpRetryStrategyOptions
        {
            MaxRetryAttempts = MaxRetries,
            Delay = RetryDelay,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldHandle = args => ValueTask.FromResult(
                IsTransient(args.Outcome) && !(RetryAfter(args.Outcome.Result, time) > MaxRetryAfter)),
            DelayGenerator = args => ValueTask.FromResult(RetryAfter(args.Outcome.Result, time)),
        });
        pipeline.AddCircuitBreaker(new HttpCircuitBreakerStrategyOptions
        {
            SamplingDuration = SamplingTime,
            MinimumThroughput = MinAttempts,
            FailureRatio = FailureRatio,
            BreakDuration = BreakTime,
            ShouldHandle = args => ValueTask.FromResult(IsTransient(args.Outcome)),
        });
        pipeline.AddTimeout(new HttpTimeoutStrategyOptions { Timeout = timeout });
    }

    /// <summary>When the host wants to be asked again; null if it does not say so.</summary>
    public static TimeSpan? RetryAfter(HttpResponseMessage? response, TimeProvider time)
    {
        var after = response?.Headers.RetryAfter is { } header ? header.Delta ?? header.Date - time.GetUtcNow() : null;
        return after < TimeSpan.Zero ? TimeSpan.Zero : after;
    }

    private static bool IsTransient(Outcome<HttpResponseMessage> outcome) => outcome.Result is { StatusCode: var status }
        ? status is >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
        : OutboundException.IsTransient(OutboundException.FailureOf(outcome.Exception));
}
