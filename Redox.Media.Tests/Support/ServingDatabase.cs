using System.Collections.Concurrent;
using Npgsql;
using Redox.Media.Data.LocalPostgres;
using Redox.Media.Data.Migrations;

namespace Redox.Media.Tests.Support;

/// <summary>
/// The connection strings of services under test: on a private cluster they have the role that serves, with no more rights than in an
/// installation. Tests themselves have the owner's.
/// </summary>
internal static class ServingDatabase
{
    /// <summary>Those that are prepared, so that a service that is started again does not wait for it.</summary>
    private static readonly ConcurrentDictionary<(string? Host, int Port, string? Database), bool> Prepared = new();

    /// <summary>
    /// Migrates the database, grants the rights and returns the connection string of the role. A database behind a proxy must be prepared
    /// already; one that cannot be reached, or is on a server that the tests were given, is served by its owner.
    /// </summary>
    public static async Task<string> OfAsync(string owners)
    {
        var settings = new NpgsqlConnectionStringBuilder(owners);
        if (settings.Username != LocalPostgresCluster.UserName || (IsLocal(settings) && !await TryPrepareAsync(settings)))
        {
            return owners;
        }

        settings.Username = LocalPostgresCluster.ServingRole;
        return settings.ConnectionString;
    }

    /// <summary>Tells that the database has the tables and the role its rights.</summary>
    public static void MarkPrepared(NpgsqlConnectionStringBuilder settings) => Prepared[Key(settings)] = true;

    /// <summary>Tells that the database is a new one, made in place of another with its name.</summary>
    public static void Forget(NpgsqlConnectionStringBuilder settings) => Prepared.TryRemove(Key(settings), out _);

    private static (string? Host, int Port, string? Database) Key(NpgsqlConnectionStringBuilder settings) =>
        (settings.Host, settings.Port, settings.Database);

    private static bool IsLocal(NpgsqlConnectionStringBuilder settings) => settings.Host!.StartsWith('/');

    private static async Task<bool> TryPrepareAsync(NpgsqlConnectionStringBuilder settings)
    {
        if (Prepared.ContainsKey(Key(settings)))
        {
            return true;
        }

        try
        {
            var owners = new NpgsqlConnectionStringBuilder
            {
                Host = settings.Host, Port = settings.Port, Database = settings.Database, Username = settings.Username, Pooling = false,
            };
            await OwnerMigration.RunAsync(
                owners.ConnectionString, "the tests", verifiesServer: false, LocalPostgresCluster.ServingRole, _ => { },
                CancellationToken.None);
            MarkPrepared(settings);
            return true;
        }
        catch (MigrationException)
        {
            return false;
        }
    }
}
