using System.Globalization;
using Redox.Media.Api.Clients;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;

namespace Redox.Media.Api.Hosting;

/// <summary>
/// <c>clients add|add-engine|list|show|rotate|revoke</c>: changes the registry of clients in the database. What was asked for goes to
/// <paramref name="output"/>, an error to <paramref name="errors"/>. The exit codes are those of <see cref="MigrateCommand"/>.
/// </summary>
internal sealed class ClientsCommand(
    Func<CancellationToken, Task> open, ClientChanges changes, TimeProvider time, TextWriter output, TextWriter errors)
{
    public const string Name = "clients";

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

    private async Task<string?> AddAsync(ClientArguments arguments, CancellationToken cancellation) => await SayAsync(
        await changes.AddAsync(
            arguments.Client, await NewKeysAsync(arguments, cancellation), NoRow, cancellation));

    private async Task<string?> RotateAsync(ClientArguments arguments, CancellationToken cancellation)
    {
        var keys = await NewKeysAsync(arguments, cancellation);
        return keys.Problem ?? (await changes.FindAsync(arguments.Id, cancellation) is { } client
            ? await SayAsync(await changes.RotateAsync(client, arguments.Retired, keys, NoRow, cancellation))
            : $"{arguments.Id} is not registered");
    }

    private async Task<string?> RevokeAsync(string id, CancellationToken cancellation) =>
        await SayAsync(await changes.RevokeAsync(id, NoRow, cancellation));

    private async Task<string?> ListAsync(CancellationToken cancellation)
    {
        foreach (var client in await changes.ReadAsync(cancellation))
        {
            await output.WriteLineAsync(string.Join(
                '\t', client.Id, StateOf(client.RevokedAt, "revoked"), client.IsEngine ? "(engine)" : client.SourceId, client.Name));
        }

        return null;
    }

    private async Task<string?> ShowAsync(string id, CancellationToken cancellation)
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

    private async Task<NewKeys> NewKeysAsync(ClientArguments arguments, CancellationToken cancellation) =>
        arguments.MakesSecret ? NewKeys.NewSecret(time.GetUtcNow())
        : arguments.KeyFile is { } file ? await ReadKeysAsync(file, cancellation)
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
