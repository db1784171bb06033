using System.Globalization;
using Redox.Media.Api.Configuration;
using Redox.Media.Core.Clients;
using Redox.Media.Core.Deliveries;

namespace Redox.Media.Api.Hosting;

/// <summary>
/// <c>clients add|add-engine|list|show|rotate|revoke</c>: changes the registry of clients in the database. What was asked for goes to
/// <paramref name="output"/>, an error to <paramref name="errors"/>. The exit codes are those of <see cref="MigrateCommand"/>.
/// </summary>
internal sealed class ClientsCommand(
    Func<CancellationToken, Task> open, IClientRegistry registry, IConfiguration configuration, TimeProvider time, TextWriter output,
    TextWriter errors)
{
    public const string Name = "clients";

    private const int MaxKeyFileBytes = 64 * 1024;

    public async Task<int> RunAsync(IReadOnlyList<string> words, CancellationToken cancellation)
    {
        if (ClientArguments.Read(words) is not { } arguments)
        {
            await errors.WriteLineAsync(ClientArguments.Usage);
            return MigrateCommand.Misused;
        }

        try
        {
            await open(cancellation);
            var problem = arguments.Verb switch
            {
                "add" or "add-engine" => await AddAsync(arguments, cancellation),
                "rotate" => await RotateAsync(arguments, cancellation),
                "revoke" => await RevokeAsync(arguments.Id, cancellation),
                "show" => await ShowAsync(arguments.Id, cancellation),
                _ => await ListAsync(cancellation),
            };
            if (problem is null)
            {
                return MigrateCommand.Done;
            }

            await errors.WriteLineAsync("Not done: " + problem + ".");
        }
        catch (StoreUnavailableException unavailable)
        {
            await errors.WriteLineAsync("Not done: " + unavailable.Message);
        }

        return MigrateCommand.Failed;
    }

    private async Task<string?> AddAsync(ClientArguments arguments, CancellationToken cancellation)
    {
        if (arguments.Problem() is { } problem)
        {
            return problem;
        }

        if (configuration.GetSection(ClientApp.Section).GetChildren().Any(app => app[nameof(ClientApp.Id)] == arguments.Id))
        {
            return $"{arguments.Id} is a client of the settings (Clients)";
        }

        var now = time.GetUtcNow();
        var (keys, secret, keyProblem) = await NewKeysAsync(arguments, now, cancellation);
        if (keyProblem is not null)
        {
            return keyProblem;
        }

        if (keys.Count > RegisteredClient.MaxLiveKeys)
        {
            return $"a client has at most {RegisteredClient.MaxLiveKeys} keys";
        }

        var client = new RegisteredClient
        {
            Id = arguments.Id,
            Name = arguments.Name!.Trim(),
            SourceId = arguments.Source?.Trim() ?? "",
            IsEngine = arguments.IsEngine,
            Scopes = arguments.Scopes,
            VisibleSources = arguments.Visible,
            MaxRequestsPerSecond = arguments.MaxRequests,
            RegisteredAt = now,
            JwksUrl = arguments.JwksUrl,
            Keys = keys,
        };
        return await registry.AddAsync(client, cancellation)
            ? await SayAsync($"Registered {client.Id} with {(keys.Count == 1 ? "the key" : "the keys")} "
                + (client.JwksUrl is { } url ? "at " + url : string.Join(", ", keys.Select(key => key.Id))) + "." + ToShow(secret))
            : $"{client.Id} is registered already, or was: choose another ID";
    }

    private async Task<string?> RotateAsync(ClientArguments arguments, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var (keys, secret, keyProblem) = await NewKeysAsync(arguments, now, cancellation);
        if (keyProblem is not null)
        {
            return keyProblem;
        }

        if (keys.Count > 1)
        {
            return "the file has more than one key: keys are rotated one by one";
        }

        var key = keys.SingleOrDefault();
        var client = await FindAsync(arguments.Id, cancellation);
        if ((client is null ? $"{arguments.Id} is not registered" : Problem(client, arguments.Retired, key)) is { } problem)
        {
            return problem;
        }

        if (!await registry.RotateAsync(arguments.Id, arguments.Retired, key, now, cancellation))
        {
            return "the client was changed at the same time: look at it with clients show";
        }

        return await SayAsync(string.Join(' ', new[]
        {
            key is null ? null : $"Added the key {key.Id} to {arguments.Id}.",
            arguments.Retired is { } retired ? $"Retired the key {retired} of {arguments.Id}, and its tokens." : null,
        }.OfType<string>()) + ToShow(secret));
    }

    private static string? Problem(RegisteredClient client, string? retired, ClientKey? added) =>
        client.RevokedAt is not null ? $"{client.Id} is revoked"
        : client.JwksUrl is not null && added is { SecretDigest: null } ? $"{client.Id} has a JWKS address, where its keys are rotated"
        : client.IsEngine && added is { SecretDigest: null } ? $"{client.Id} is the engine, which has secrets"
        : retired is not null && client.LiveKeys.All(key => key.Id != retired) ? $"{client.Id} has no live key {retired}"
        : added is not null && client.Keys.Any(key => key.Id == added.Id)
            ? $"{client.Id} has or had a key {added.Id}: give the new key another kid"
        : added is not null && client.LiveKeys.Count(key => key.Id != retired && IsSecret(key) == IsSecret(added))
            >= RegisteredClient.MaxLiveKeys
            ? $"{client.Id} has {RegisteredClient.MaxLiveKeys} live {(IsSecret(added) ? "secrets" : "keys")}: name the one to retire with "
                + "--retire"
        : null;

    private async Task<string?> RevokeAsync(string id, CancellationToken cancellation) =>
        await registry.RevokeAsync(id, time.GetUtcNow(), cancellation)
            ? await SayAsync($"Revoked {id}, and its tokens: within five seconds no instance takes them.")
            : $"{id} is not registered, or revoked already";

    private async Task<string?> ListAsync(CancellationToken cancellation)
    {
        foreach (var client in await registry.ReadAsync(cancellation))
        {
            await output.WriteLineAsync(string.Join(
                '\t', client.Id, StateOf(client.RevokedAt, "revoked"), client.IsEngine ? "(engine)" : client.SourceId, client.Name));
        }

        return null;
    }

    private async Task<string?> ShowAsync(string id, CancellationToken cancellation)
    {
        if (await FindAsync(id, cancellation) is not { } client)
        {
            return $"{id} is not registered";
        }

        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"""
            ID            {client.Id}
            name          {client.Name}
            state         {StateOf(client.RevokedAt, "revoked")}
            registered    {client.RegisteredAt:u}
            source        {(client.IsEngine ? "the Redox engine" : client.SourceId)}
            scopes        {string.Join(' ', client.Scopes)}
            visible       {(client.VisibleSources.Count == 0 ? client.SourceId : string.Join(' ', client.VisibleSources))}
            max requests  {client.MaxRequestsPerSecond?.ToString(CultureInfo.InvariantCulture) ?? "Fhir:MaxRequestsPerSecond"}
            epoch         {client.Epoch}
            """));
        if (client.JwksUrl is { } url)
        {
            await output.WriteLineAsync($"JWKS address  {url}");
        }

        foreach (var key in client.Keys)
        {
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{(IsSecret(key) ? "secret" : "key   ")}        {key.Id}, added {key.AddedAt:u}, {StateOf(key.RetiredAt, "retired")}"));
        }

        return null;
    }

    private async Task<RegisteredClient?> FindAsync(string id, CancellationToken cancellation) =>
        (await registry.ReadAsync(cancellation)).SingleOrDefault(client => client.Id == id);

    private static bool IsSecret(ClientKey key) => key.SecretDigest is not null;

    private static string ToShow(string? secret) =>
        secret is null ? "" : $"{Environment.NewLine}The secret, which is not stored and not shown again: {secret}";

    private static async Task<(IReadOnlyList<ClientKey> Keys, string? Secret, string? Problem)> NewKeysAsync(
        ClientArguments arguments, DateTimeOffset now, CancellationToken cancellation)
    {
        if (arguments.MakesSecret)
        {
            var (key, secret) = ClientSecret.Create(now);
            return ([key], secret, null);
        }

        var (keys, problem) = arguments.KeyFile is { } file ? await ReadKeysAsync(file, cancellation) : ([], null);
        return ([.. keys.Select(key => new ClientKey(key.KeyId, now) { Jwk = key.Json })], null, problem);
    }

    private static async Task<(IReadOnlyList<PublicJwk> Keys, string? Problem)> ReadKeysAsync(string file, CancellationToken cancellation)
    {
        try
        {
            if (new FileInfo(file).Length > MaxKeyFileBytes)
            {
                return ([], $"{file} is too large to be a JWK Set");
            }

            var (keys, problem) = PublicJwk.ReadAll(await File.ReadAllBytesAsync(file, cancellation));
            return (keys, problem is null ? null : $"{file} {problem}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ([], $"{file} cannot be read");
        }
    }

    private static string StateOf(DateTimeOffset? ended, string word) =>
        ended is { } at ? string.Create(CultureInfo.InvariantCulture, $"{word} {at:u}") : "active";

    private async Task<string?> SayAsync(string text)
    {
        await output.WriteLineAsync(text);
        return null;
    }
}
