namespace Redox.Media.Data.Migrations;

/// <summary>Migrates a database with the owner's connection string, and gives a role the rights to serve (db/grants.sql).</summary>
public static class OwnerMigration
{
    /// <param name="name">The name of the connection string in the settings, for errors.</param>
    /// <param name="verifiesServer">See <see cref="DataServices.AddMediaData"/>.</param>
    /// <param name="servingRole">Null for the roles that have these rights already.</param>
    /// <param name="applied">Gets the name of each migration when it is committed.</param>
    /// <exception cref="ConnectionStringException">The connection string cannot be used.</exception>
    /// <exception cref="MigrationException">The database cannot be migrated, or the rights cannot be granted.</exception>
    public static async Task RunAsync(
        string connectionString, string name, bool verifiesServer, string? servingRole, Action<string> applied, CancellationToken ct)
    {
        await using var database = DatabaseConnection.Open(connectionString, verifiesServer, name);
        var migrator = new Migrator(database);
        try
        {
            await migrator.MigrateAsync(ct, applied);
            await migrator.GrantAsync(servingRole, ct);
        }
        catch (Exception exception) when (Resilience.PostgresErrors.IsUnavailable(exception))
        {
            throw new MigrationException(
                $"The database of {name} cannot be reached ({Resilience.PostgresErrors.Name(exception)}).", exception);
        }
    }
}
