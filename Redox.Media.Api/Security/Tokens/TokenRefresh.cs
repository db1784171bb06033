using Redox.Media.Core.Clients;
using Redox.Media.Core.Deliveries;

namespace Redox.Media.Api.Security.Tokens;

/// <summary>
/// Reads clients and keys every five seconds, which is how long a revoked client may still be served, and makes keys. While the database is
/// unavailable the last ones remain in effect. Does nothing where there are no tokens.
/// </summary>
internal sealed partial class TokenRefresh(
    KnownClients clients, SigningKeys keys, TokenSigner signer, IClientRegistry registry, TimeProvider time,
    ILogger<TokenRefresh> logger) : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Until the first time that they could be read.</summary>
    private static readonly TimeSpan FirstInterval = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan RemovalInterval = TimeSpan.FromHours(1);

    private bool _isRead, _isFailureLogged;
    private DateTimeOffset _removed;

    /// <exception cref="StoreUnavailableException">The database is unavailable.</exception>
    public async Task RefreshAsync(CancellationToken cancellation)
    {
        await clients.RefreshAsync(cancellation);
        if (clients.Any)
        {
            await keys.RefreshAsync(cancellation);
            if (time.GetUtcNow() is var now && now - _removed >= RemovalInterval)
            {
                await registry.RemoveExpiredAssertionsAsync(cancellation);
                _removed = now;
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await TryRefreshAsync(stoppingToken);
                await Task.Delay(_isRead || signer.Issuer is null ? Interval : FirstInterval, time, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The service stops.
        }
    }

    private async Task TryRefreshAsync(CancellationToken cancellation)
    {
        if (signer.Issuer is null)
        {
            return;
        }

        try
        {
            await RefreshAsync(cancellation);
            (_isRead, _isFailureLogged) = (true, false);
        }
        catch (StoreUnavailableException unavailable)
        {
            if (_isRead && !_isFailureLogged)
            {
                LogFailed(logger, unavailable.Message);
                _isFailureLogged = true;
            }
        }
    }

    [LoggerMessage(
        EventId = 1851, Level = LogLevel.Warning,
        Message = "Registered clients and keys cannot be read; the last ones remain in effect: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
