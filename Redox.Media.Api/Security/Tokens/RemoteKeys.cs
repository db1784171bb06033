using Microsoft.IdentityModel.Tokens;

namespace Redox.Media.Api.Security.Tokens;

/// <summary>
/// The public keys of one client from its JWKS address, in memory. They are fetched when a key is asked for and the last ones are old or
/// do not have it, by one fetch at a time, at most once a minute.
/// </summary>
internal sealed class RemoteKeys(string clientId, Uri url)
{
    /// <summary>A key that the client has removed is accepted no longer than this, while its host answers.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    /// <summary>How long the last keys count while the host fails.</summary>
    public static readonly TimeSpan LifetimeWhileFailing = TimeSpan.FromDays(1);

    public static readonly TimeSpan MinInterval = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private Fetched? _last;
    private DateTimeOffset? _attemptedAt;
    private Task? _fetch;

    /// <summary>A key by its <c>kid</c>, byte by byte; null if the client has no such key, or its keys are not known.</summary>
    /// <param name="limit">Ends the wait for a fetch, which continues.</param>
    public async ValueTask<SecurityKey?> FindAsync(string kid, JwksFetcher fetcher, TimeProvider time, Task limit)
    {
        var now = time.GetUtcNow();
        if (Find(kid, now, Lifetime) is { } key)
        {
            return key;
        }

        if (Fetch(fetcher, time, now) is { } fetch)
        {
            await Task.WhenAny(fetch, limit);
        }

        return Find(kid, now, LifetimeWhileFailing);
    }

    private SecurityKey? Find(string kid, DateTimeOffset now, TimeSpan lifetime) =>
        Volatile.Read(ref _last) is { } last && now - last.At < lifetime ? last.Keys.GetValueOrDefault(kid) : null;

    /// <returns>The fetch that runs now; null if it is too early for another one.</returns>
    private Task? Fetch(JwksFetcher fetcher, TimeProvider time, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_fetch is { IsCompleted: false })
            {
                return _fetch;
            }

            if (now - _attemptedAt < MinInterval)
            {
                return null;
            }

            _attemptedAt = now;
            return _fetch = Task.Run(() => FetchAsync(fetcher, time));
        }
    }

    private async Task FetchAsync(JwksFetcher fetcher, TimeProvider time)
    {
        if (await fetcher.FetchAsync(clientId, url) is { } keys)
        {
            Volatile.Write(ref _last, new Fetched(keys, time.GetUtcNow()));
        }
    }

    private sealed record Fetched(IReadOnlyDictionary<string, SecurityKey> Keys, DateTimeOffset At);
}
