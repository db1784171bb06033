using Microsoft.Extensions.Options;
using Redox.Media.Api.Settings;

namespace Redox.Media.Api.Security;

/// <summary>The tokens of the settings as they are now: a rotated one counts without a restart.</summary>
internal sealed class KnownTokens : IDisposable
{
    private readonly List<IDisposable?> _subscriptions;
    private TokenDigests<bool> _engine;
    private TokenDigests<StaffMember> _staff;
    private TokenDigests<ClientApp> _clients;

    public KnownTokens(IOptionsMonitor<RedoxSettings> redox, IOptionsMonitor<StaffSettings> staff, IOptionsMonitor<ClientSettings> clients)
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

    public bool IsEngine(string token) => Volatile.Read(ref _engine).TryFind(token, out _);

    public StaffMember? Staff(string token) => Volatile.Read(ref _staff).TryFind(token, out var member) ? member : null;

    public ClientApp? Client(string token) => Volatile.Read(ref _clients).TryFind(token, out var client) ? client : null;

    public void Dispose() => _subscriptions.ForEach(subscription => subscription?.Dispose());

    private static TokenDigests<bool> OfEngine(RedoxSettings settings) => new(settings.VerificationTokens.Select(token => (token, true)));

    private static TokenDigests<StaffMember> OfStaff(StaffSettings settings) => new(settings.Members.Select(member => (member.Token, member)));

    private static TokenDigests<ClientApp> OfClients(ClientSettings settings) => new(settings.Apps.Select(client => (client.Secret, client)));
}
