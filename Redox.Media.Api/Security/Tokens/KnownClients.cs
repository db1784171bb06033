using System.Collections.Frozen;
using System.Text.Json;
using Redox.Media.Api.Configuration;
using Redox.Media.Core.Clients;
using Redox.Media.Core.Deliveries;

namespace Redox.Media.Api.Security.Tokens;

/// <summary>
/// The registered clients in memory. One that has the ID of a client of the settings is not served as a registered one: the two would
/// have the same name in deliveries and audit rows.
/// </summary>
internal sealed partial class KnownClients
{
    private readonly IClientRegistry _registry;
    private readonly SettingsProblems _problems;
    private readonly ILogger<KnownClients> _logger;
    private FrozenDictionary<string, (string Row, KnownClient Client)> _clients =
        FrozenDictionary<string, (string, KnownClient)>.Empty;

    private FrozenSet<string> _ofSettings = [];

    public KnownClients(
        IClientRegistry registry, LastKnownGood<ClientSettings> settings, SettingsProblems problems, ILogger<KnownClients> logger)
    {
        (_registry, _problems, _logger) = (registry, problems, logger);
        settings.Follow(clients => Volatile.Write(ref _ofSettings, clients.Apps.Select(app => app.Id).ToFrozenSet()));
    }

    /// <summary>Whether one of them has a JWKS address.</summary>
    public bool HasRemoteKeys { get; private set; }

    public bool Any => Volatile.Read(ref _clients).Count > 0;

    /// <summary>A client that is not revoked and not one of the settings.</summary>
    public KnownClient? Find(string id) =>
        Volatile.Read(ref _clients).TryGetValue(id, out var known) && !Volatile.Read(ref _ofSettings).Contains(id) ? known.Client : null;

    /// <summary>Reads the registry. A client of which nothing has changed stays the same object.</summary>
    /// <exception cref="StoreUnavailableException">It cannot be read.</exception>
    public async Task RefreshAsync(CancellationToken cancellation)
    {
        var (before, after) = (Volatile.Read(ref _clients), new Dictionary<string, (string Row, KnownClient Client)>());
        foreach (var client in await _registry.ReadAsync(cancellation))
        {
            if (client.RevokedAt is null)
            {
                var row = JsonSerializer.Serialize(client);
                after[client.Id] =
                    before.TryGetValue(client.Id, out var known) && known.Row == row ? known : (row, new KnownClient(client));
            }
        }

        HasRemoteKeys = after.Values.Any(known => known.Client.RemoteKeys is not null);
        Volatile.Write(ref _clients, after.ToFrozenDictionary());
        var conflicts = string.Join(", ", after.Keys.Where(Volatile.Read(ref _ofSettings).Contains).Order(StringComparer.Ordinal));
        if (_problems.Set(nameof(KnownClients), conflicts.Length == 0 ? null : conflicts))
        {
            LogConflict(_logger, conflicts);
        }
    }

    [LoggerMessage(
        EventId = 1852, Level = LogLevel.Error,
        Message = "Clients of the settings have the ID of registered ones, which are not served: {Ids}")]
    private static partial void LogConflict(ILogger logger, string ids);
}
