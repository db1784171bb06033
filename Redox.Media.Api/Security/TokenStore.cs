using Microsoft.Extensions.Options;
using Redox.Media.Api.Configuration;

namespace Redox.Media.Api.Security;

/// <summary>The tokens of the current settings: a changed token takes effect without a restart.</summary>
internal sealed class TokenStore : IDisposable
{
    private readonly List<IDisposable?> _subscriptions;
    private Entry[] _engine;
    private Entry[] _staff;
    private Entry[] _clients;

    public TokenStore(IOptionsMonitor<RedoxSettings> redox, IOptionsMonitor<StaffSettings> staff, IOptionsMonitor<ClientSettings> clients)
    {
        _engine = Engine(redox.CurrentValue);
        _staff = Staff(staff.CurrentValue);
        _clients = Clients(clients.CurrentValue);
        _subscriptions =
        [
            redox.OnChange(settings => Volatile.Write(ref _engine, Engine(settings))),
            staff.OnChange(settings => Volatile.Write(ref _staff, Staff(settings))),
            clients.OnChange(settings => Volatile.Write(ref _clients, Clients(settings))),
        ];
    }

    /// <summary>Whether the token is one of the engine's verification tokens.</summary>
    public bool IsEngine(string token) => Find(Volatile.Read(ref _engine), TokenDigest.Of(token)) is not null;

    /// <summary>Adds the identities that a token of the engine or of staff proves. One token may prove both.</summary>
    public void AddIdentities(string token, List<CallerIdentity> identities)
    {
        var digest = TokenDigest.Of(token);
        Add(Find(Volatile.Read(ref _engine), digest), identities);
        Add(Find(Volatile.Read(ref _staff), digest), identities);
    }

    /// <summary>Adds the identity that a client's token proves.</summary>
    public void AddClient(string token, List<CallerIdentity> identities) =>
        Add(Find(Volatile.Read(ref _clients), TokenDigest.Of(token)), identities);

    public void Dispose() => _subscriptions.ForEach(subscription => subscription?.Dispose());

    private static void Add(CallerIdentity? identity, List<CallerIdentity> identities)
    {
        if (identity is not null && !identities.Contains(identity))
        {
            identities.Add(identity);
        }
    }

    // Compares with every token, whether or not one has matched, so that the time depends on their number alone.
    private static CallerIdentity? Find(Entry[] entries, TokenDigest digest)
    {
        CallerIdentity? found = null;
        foreach (var entry in entries)
        {
            found = entry.Digest.Matches(digest) ? entry.Identity : found;
        }

        return found;
    }

    private static Entry[] Engine(RedoxSettings settings)
    {
        var identity = CallerIdentity.OfEngine();
        return [.. settings.VerificationTokens.Select(token => new Entry(TokenDigest.Of(token), identity))];
    }

    private static Entry[] Staff(StaffSettings settings) =>
        [.. settings.Members.Select(member => new Entry(TokenDigest.Of(member.Token), CallerIdentity.Of(member)))];

    private static Entry[] Clients(ClientSettings settings) =>
        [.. settings.Apps.Select(client => new Entry(TokenDigest.Of(client.Secret), CallerIdentity.Of(client)))];

    private readonly record struct Entry(TokenDigest Digest, CallerIdentity Identity);
}
