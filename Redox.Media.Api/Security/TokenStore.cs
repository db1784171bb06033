using Redox.Media.Api.Configuration;

namespace Redox.Media.Api.Security;

/// <summary>The tokens of the current settings: a changed token takes effect without a restart.</summary>
internal sealed class TokenStore
{
    private Entry[] _engine = [];
    private Entry[] _staff = [];
    private Entry[] _clients = [];

    public TokenStore(LastKnownGood<RedoxSettings> redox, LastKnownGood<StaffSettings> staff, LastKnownGood<ClientSettings> clients)
    {
        redox.Follow(settings => Volatile.Write(ref _engine, Engine(settings)));
        staff.Follow(settings => Volatile.Write(ref _staff, Staff(settings)));
        clients.Follow(settings => Volatile.Write(ref _clients, Clients(settings)));
    }

    /// <summary>Whether the token is one of the engine's verification tokens.</summary>
    public bool IsEngine(string token) => FindEngine(token) is not null;

    /// <summary>The identity of the engine if the token is one of its verification tokens.</summary>
    public CallerIdentity? FindEngine(string token) => Find(Volatile.Read(ref _engine), TokenDigest.Of(token));

    /// <summary>The identity of a member of staff if the token is theirs.</summary>
    public CallerIdentity? FindStaff(string token) => Find(Volatile.Read(ref _staff), TokenDigest.Of(token));

    /// <summary>Adds the identities that a bearer token proves: the engine's, that of staff, a client's.</summary>
    /// <param name="withClients">False leaves out clients.</param>
    public void AddBearer(string token, bool withClients, List<CallerIdentity> identities)
    {
        var digest = TokenDigest.Of(token);
        Add(Find(Volatile.Read(ref _engine), digest), identities);
        Add(Find(Volatile.Read(ref _staff), digest), identities);
        if (withClients)
        {
            Add(Find(Volatile.Read(ref _clients), digest), identities);
        }
    }

    public static void Add(CallerIdentity? identity, List<CallerIdentity> identities)
    {
        if (identity is not null && !identities.Exists(known => known.Caller == identity.Caller))
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

    private static Entry[] Engine(RedoxSettings settings) =>
        [.. settings.VerificationTokens.Select(token => new Entry(TokenDigest.Of(token), CallerIdentity.OfEngine(token)))];

    private static Entry[] Staff(StaffSettings settings) =>
        [.. settings.Members.Select(member => new Entry(TokenDigest.Of(member.Token), CallerIdentity.Of(member)))];

    private static Entry[] Clients(ClientSettings settings) =>
        [.. settings.Apps.Select(client => new Entry(TokenDigest.Of(client.Secret), CallerIdentity.Of(client)))];

    private readonly record struct Entry(TokenDigest Digest, CallerIdentity Identity);
}
