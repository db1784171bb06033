using System.Globalization;
using Redox.Media.Api.Clients;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;

namespace Redox.Media.Api.Hosting;

/// <summary>
/// <c>clients …</c> (<see cref="ClientsCommandLine"/>): changes the registry of clients in the database. What was asked for goes to
/// <paramref name="output"/>, an error to <paramref name="errors"/>. The exit codes are those of <see cref="MigrateCommand"/>.
/// </summary>
internal sealed class ClientsCommand(
    Func<CancellationToken, Task> open, ClientChanges changes, TimeProvider time, TextWriter output, TextWriter errors)
{
    /// <param name="act">One of the methods below, which return why nothing was done, or null.</param>
    public async Task<int> RunAsync(Func<ClientsCommand, CancellationToken, Task<string?>> act, CancellationToken cancellation)
    {
        try
        {
            await open(cancellation);
            if (await act(this, cancellation) is not { } problem)
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

    /// <param name="keyFile">Null for a new secret, and for a client with a JWKS address.</param>
    public async Task<string?> AddAsync(NewClient asked, string? keyFile, CancellationToken cancellation) => await SayAsync(
        await changes.AddAsync(
            asked, await NewKeysAsync(keyFile, isSecret: keyFile is null && asked.JwksUrl is null, cancellation), NoRow, cancellation));

    public async Task<string?> RotateAsync(string id, string? keyFile, bool isSecret, string? retired, CancellationToken cancellation)
    {
        var keys = await NewKeysAsync(keyFile, isSecret, cancellation);
        return keys.Problem ?? (await changes.FindAsync(id, cancellation) is { } client
            ? await SayAsync(await changes.RotateAsync(client, retired, keys, NoRow, cancellation))
            : $"{id} is not registered");
    }

    public async Task<string?> RevokeAsync(string id, CancellationToken cancellation) =>
        await SayAsync(await changes.RevokeAsync(id, NoRow, cancellation));

    public async Task<string?> ListAsync(CancellationToken cancellation)
    {
        foreach (var client in await changes.ReadAsync(cancellation))
        {
            await output.WriteLineAsync(string.Join(
                '\t', client.Id, StateOf(client.RevokedAt, "revoked"), client.IsEngine ? "(engine)" : client.SourceId, client.Name));
        }

        return null;
    }

    public async Task<string?> ShowAsync(string id, CancellationToken cancellation)
    {
        if (await changes.FindAsync(id, cancellation) is not { } client)
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
                $"{(key.IsSecret ? "secret" : "key   ")}        {key.Id}, added {key.AddedAt:u}, {StateOf(key.RetiredAt, "retired")}"));
        }

        return null;
    }

    // The audit has what callers of the service do. Who may use the command has the connection string.
    private static AuditEvent? NoRow(string done) => null;

    private async Task<NewKeys> NewKeysAsync(string? keyFile, bool isSecret, CancellationToken cancellation) =>
        isSecret ? NewKeys.NewSecret(time.GetUtcNow())
        : keyFile is { } file ? await ReadKeysAsync(file, cancellation)
        : NewKeys.None;

    private async Task<NewKeys> ReadKeysAsync(string file, CancellationToken cancellation)
    {
        try
        {
            return new FileInfo(file).Length > NewKeys.MaxKeys
                ? NewKeys.Wrong($"{file} is too large to be a JWK Set")
                : NewKeys.Read(await File.ReadAllBytesAsync(file, cancellation), file, time.GetUtcNow());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return NewKeys.Wrong($"{file} cannot be read");
        }
    }

    private static string StateOf(DateTimeOffset? ended, string word) =>
        ended is { } at ? string.Create(CultureInfo.InvariantCulture, $"{word} {at:u}") : "active";

    private async Task<string?> SayAsync(ClientChange change)
    {
        if (change is ClientChange.Done done)
        {
            await output.WriteLineAsync(done.Secret is null
                ? done.Text : $"{done.Text}{Environment.NewLine}The secret, which is not stored and not shown again: {done.Secret}");
        }

        return change.Why;
    }
}
