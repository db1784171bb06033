using Redox.Media.Data;
using Redox.Media.Data.Migrations;

namespace Redox.Media.Api.Hosting;

/// <summary>
/// <c>migrate [--grant-to ROLE]</c>: migrates the database as its owner and gives the role that serves its rights. Without a role, those
/// that have the rights get them anew. A line for each migration goes to <paramref name="output"/>, an error to <paramref name="errors"/>.
/// </summary>
internal sealed class MigrateCommand(IConfiguration configuration, bool verifiesServer, TextWriter output, TextWriter errors)
{
    /// <summary>Exit codes: migrated, not migrated. <see cref="CommandLine.Misused"/> is that of words that are not understood.</summary>
    public const int Done = 0;
    public const int Failed = 1;

    private const string OwnerName = "ConnectionStrings:MediaOwner";
    private const string MediaName = "ConnectionStrings:Media";

    public async Task<int> RunAsync(string? role, CancellationToken cancellation)
    {
        var name = string.IsNullOrWhiteSpace(configuration[OwnerName]) ? MediaName : OwnerName;
        if (configuration[name] is not { } connectionString || string.IsNullOrWhiteSpace(connectionString))
        {
            await errors.WriteLineAsync($"Not migrated: set {OwnerName} to a connection string of the role that owns the tables.");
            return Failed;
        }

        try
        {
            await OwnerMigration.RunAsync(
                connectionString.Trim(), name, verifiesServer, role, migration => output.WriteLine("Applied " + migration), cancellation);
        }
        catch (Exception exception) when (exception is MigrationException or ConnectionStringException)
        {
            await errors.WriteLineAsync("Not migrated: " + exception.Message);
            return Failed;
        }

        await output.WriteLineAsync("The database is current" + (role is null ? "." : $"; the role {role} may serve."));
        return Done;
    }
}
