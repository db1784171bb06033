using Redox.Media.Core.Audit;
using Redox.Media.Core.Clients;

namespace Redox.Media.Api.Clients;

/// <summary>
/// Changes of the registry of clients, with the rules that hold for the command and for the pages. Each method takes what makes the audit
/// row of the change from a sentence about it; the row is written in the transaction of the change.
/// </summary>
/// <param name="isOfSettings">Whether a client of the settings has an ID.</param>
internal sealed class ClientChanges(IClientRegistry registry, Func<string, bool> isOfSettings, TimeProvider time)
{
    public Task<IReadOnlyList<RegisteredClient>> ReadAsync(CancellationToken cancellation) => registry.ReadAsync(cancellation);

    public async Task<RegisteredClient?> FindAsync(string id, CancellationToken cancellation) =>
        (await registry.ReadAsync(cancellation)).SingleOrDefault(client => client.Id == id);

    public async Task<ClientChange> AddAsync(
        NewClient asked, NewKeys keys, Func<string, AuditEvent?> row, CancellationToken cancellation)
    {
        if ((asked.Problem() ?? keys.Problem) is { } problem)
        {
            return new ClientChange.Invalid(problem);
        }

        if (isOfSettings(asked.Id))
        {
            return new ClientChange.Conflict($"{asked.Id} is a client of the settings (Clients)");
        }

        if ((keys.Keys.Count == 0) == (asked.JwksUrl is null))
        {
            return new ClientChange.Invalid("a client needs a key, a secret, or the address of its keys, and no two of them");
        }

        if (keys.Keys.Count > RegisteredClient.MaxLiveKeys)
        {
            return new ClientChange.Invalid($"a client has at most {RegisteredClient.MaxLiveKeys} keys");
        }

        var done = $"Registered {asked.Id} with {(keys.Keys.Count == 1 ? "the key" : "the keys")} "
            + (asked.JwksUrl is { } url ? "at " + url : string.Join(", ", keys.Keys.Select(key => key.Id))) + ".";
        return await registry.AddAsync(asked.With(keys.Keys, time.GetUtcNow()), row(done), cancellation)
            ? new ClientChange.Done(done, keys.Secret)
            : new ClientChange.Conflict($"{asked.Id} is registered already, or was: choose another ID");
    }

    /// <param name="client">As it was read.</param>
    /// <param name="retired">The ID of the key to retire; null for none.</param>
    /// <param name="keys">At most one.</param>
    public async Task<ClientChange> RotateAsync(
        RegisteredClient client, string? retired, NewKeys keys, Func<string, AuditEvent?> row, CancellationToken cancellation)
    {
        if (keys.Problem is { } problem)
        {
            return new ClientChange.Invalid(problem);
        }

        if (keys.Keys.Count > 1)
        {
            return new ClientChange.Invalid("more than one key was given: keys are rotated one by one");
        }

        var key = keys.Keys.SingleOrDefault();
        if (Problem(client, retired, key) is { } conflict)
        {
            return new ClientChange.Conflict(conflict);
        }

        var done = string.Join(' ', new[]
        {
            key is null ? null : $"Added the key {key.Id} to {client.Id}.",
            retired is null ? null : $"Retired the key {retired} of {client.Id}, and its tokens.",
        }.OfType<string>());
        return await registry.RotateAsync(client.Id, retired, key, time.GetUtcNow(), row(done), cancellation)
            ? new ClientChange.Done(done, keys.Secret)
            : new ClientChange.Conflict("the client was changed at the same time: look at it again");
    }

    public async Task<ClientChange> RevokeAsync(string id, Func<string, AuditEvent?> row, CancellationToken cancellation)
    {
        var done = $"Revoked {id}, and its tokens: within five seconds no instance takes them.";
        return await registry.RevokeAsync(id, time.GetUtcNow(), row(done), cancellation)
            ? new ClientChange.Done(done, null)
            : new ClientChange.Conflict($"{id} is not registered, or revoked already");
    }

    private static string? Problem(RegisteredClient client, string? retired, ClientKey? added) =>
        client.RevokedAt is not null ? $"{client.Id} is revoked"
        : client.JwksUrl is not null && added is { SecretDigest: null } ? $"{client.Id} has a JWKS address, where its keys are rotated"
        : client.IsEngine && added is { SecretDigest: null } ? $"{client.Id} is the engine, which has secrets"
        : retired is not null && client.LiveKeys.All(key => key.Id != retired) ? $"{client.Id} has no live key {retired}"
        : added is not null && client.Keys.Any(key => key.Id == added.Id)
            ? $"{client.Id} has or had a key {added.Id}: give the new key another kid"
        : added is not null && client.LiveKeys.Count(key => key.Id != retired && key.IsSecret == added.IsSecret)
            >= RegisteredClient.MaxLiveKeys
            ? $"{client.Id} has {RegisteredClient.MaxLiveKeys} live {(added.IsSecret ? "secrets" : "keys")}: name the one to retire"
        : null;
}

/// <summary>How a change of the registry ended.</summary>
internal abstract record ClientChange
{
    /// <param name="Text">A sentence without the secret.</param>
    /// <param name="Secret">The secret that was made, which is shown once and not stored; null for none.</param>
    public sealed record Done(string Text, string? Secret) : ClientChange;

    /// <param name="Problem">Which rule a value breaks.</param>
    public sealed record Invalid(string Problem) : ClientChange;

    /// <param name="Problem">What of the registry, as it is now, does not permit it.</param>
    public sealed record Conflict(string Problem) : ClientChange;

    public string? Why => (this as Invalid)?.Problem ?? (this as Conflict)?.Problem;
}
