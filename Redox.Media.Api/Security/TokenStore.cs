using System.Security.Claims;
using Microsoft.Extensions.Options;
using Redox.Media.Api.Configuration;

namespace Redox.Media.Api.Security;

/// <summary>The tokens of the settings as they are now: a rotated one counts without a restart.</summary>
internal sealed class TokenStore : IDisposable
{
    private readonly List<IDisposable?> _subscriptions;
    private TokenTable<ClaimsPrincipal> _engine;
    private TokenTable<ClaimsPrincipal> _staff;
    private TokenTable<ClientApp> _clients;

    public TokenStore(IOptionsMonitor<RedoxSettings> redox, IOptionsMonitor<StaffSettings> staff, IOptionsMonitor<ClientSettings> clients)
    {
        _engine = OfEngine(redox.CurrentValue);
        _staff = OfStaff(staff.CurrentValue);
        _clients = OfClients(clients.CurrentValue);
        _subscriptions =
        [
            redox.OnChange(settings => Volatile.Write(ref _engine, OfEngine(settings))),
            staff.OnChange(settings => Volatile.Write(ref _staff, OfStaff(settings))),
            clients.OnChange(settings => Volatile.Write(ref _clients, OfClients(settings))),
        ];
    }

    public bool IsEngine(string token) => Volatile.Read(ref _engine).TryFind(TokenDigest.Of(token), out _);

    public ClientApp? Client(string token) => Volatile.Read(ref _clients).TryFind(TokenDigest.Of(token), out var client) ? client : null;

    /// <summary>Whom a token stands for at the engine's and the staff's doors; one may stand for both.</summary>
    public IEnumerable<ClaimsPrincipal> Principals(string token)
    {
        var digest = TokenDigest.Of(token);
        if (Volatile.Read(ref _engine).TryFind(digest, out var engine))
        {
            yield return engine;
        }

        if (Volatile.Read(ref _staff).TryFind(digest, out var member))
        {
            yield return member;
        }
    }

    public void Dispose() => _subscriptions.ForEach(subscription => subscription?.Dispose());

    private static TokenTable<ClaimsPrincipal> OfEngine(RedoxSettings settings) =>
        new(settings.VerificationTokens.Select(token => (token, Principal([new Claim(ClaimTypes.Role, Policies.Engine)]))));

    private static TokenTable<ClaimsPrincipal> OfStaff(StaffSettings settings) => new(settings.Members.Select(member =>
        (member.Token, Principal([new Claim(ClaimTypes.Name, member.Name), .. member.Roles.Select(role => new Claim(ClaimTypes.Role, role))]))));

    private static TokenTable<ClientApp> OfClients(ClientSettings settings) => new(settings.Apps.Select(client => (client.Secret, client)));

    private static ClaimsPrincipal Principal(IEnumerable<Claim> claims) => new(new ClaimsIdentity(claims, TokenAuthentication.SchemeName));
}
