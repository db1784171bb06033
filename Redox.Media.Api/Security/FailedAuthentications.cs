using Redox.Media.Api.Observability;

namespace Redox.Media.Api.Security;

/// <summary>
/// Reports failed authentications, and delays their responses when one address has many. The engine and every other caller with a known
/// token are never delayed, although a proxy may give all of them one address. No value of a credential is kept.
/// </summary>
internal sealed partial class FailedAuthentications(
    FailureTally tally, FailureDelay delay, TimeProvider time, MediaMetrics metrics, ILogger<FailedAuthentications> logger)
{
    /// <summary>Responses that are delayed at a time: each occupies a connection. Further ones are not delayed.</summary>
    public const int MaxDelayed = 128;

    /// <summary>Failures of one address at one endpoint in a minute that are logged one by one; after them every hundredth.</summary>
    private const int MaxLogged = 10, LoggedAfterwards = 100;

    private int _delayed;

    /// <summary>To be called before the response is written.</summary>
    /// <param name="credential">Null for that of the request's head, which is a failed authentication only of an unknown caller.</param>
    public async Task ReportAsync(HttpContext context, string? credential = null)
    {
        if (credential is null && context.GetCaller() is not null)
        {
            return; // known, at an endpoint of other callers
        }

        credential ??= CredentialKind.Of(context.Request);
        var (address, endpoint) = (RemoteAddress.Of(context.Connection.RemoteIpAddress), EndpointOf(context));
        var (ofPair, ofAddress) = tally.Add(address, endpoint, credential);
        metrics.RecordFailedAuthentication(endpoint, credential);
        if (ofPair <= MaxLogged || ofPair % LoggedAfterwards == 0)
        {
            LogFailed(logger, address, endpoint, credential, ofPair);
        }

        if (ofAddress > delay.MaxUndelayed)
        {
            await WaitAsync(delay.Of(ofAddress), context.RequestAborted);
        }
    }

    private async Task WaitAsync(TimeSpan duration, CancellationToken aborted)
    {
        try
        {
            if (Interlocked.Increment(ref _delayed) <= MaxDelayed)
            {
                await Task.Delay(duration, time, aborted);
            }
        }
        catch (OperationCanceledException)
        {
            // The caller has disconnected.
        }
        finally
        {
            Interlocked.Decrement(ref _delayed);
        }
    }

    // The pattern, never the path.
    private static string EndpointOf(HttpContext context) =>
        context.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } pattern } ? "/" + pattern.Trim('/') : "none";

    [LoggerMessage(
        EventId = 1830, Level = LogLevel.Warning,
        Message = "Authentication failed: address {Address}, endpoint {Endpoint}, credential {Credential}, {Count} in this minute")]
    private static partial void LogFailed(ILogger logger, string address, string endpoint, string credential, int count);
}
