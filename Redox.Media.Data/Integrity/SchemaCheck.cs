using Redox.Media.Data.Migrations;
using Redox.Media.Data.Resilience;

namespace Redox.Media.Data.Integrity;

/// <summary>Opens the database for the commands that verify it: they read it as it is, and do not migrate it.</summary>
internal sealed class SchemaCheck(Migrator migrator, MigrationGate gate)
{
    /// <summary>Otherwise every call to the database throws that it has not been migrated.</summary>
    public async Task OpenIfCurrentAsync(CancellationToken cancellation)
    {
        try
        {
            if (await migrator.IsCurrentAsync(cancellation))
            {
                gate.Open();
            }
        }
        catch (Exception exception) when (PostgresErrors.IsUnavailable(exception))
        {
            throw DatabaseResilience.Away(exception);
        }
    }
}
