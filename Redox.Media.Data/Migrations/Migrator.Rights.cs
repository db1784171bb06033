namespace Redox.Media.Data.Migrations;

/// <summary>The rights of the role that serves.</summary>
public sealed partial class Migrator
{
    /// <summary>Executes db/grants.sql.</summary>
    /// <param name="servingRole">Null for the roles that have the rights already.</param>
    /// <exception cref="MigrationException">The rights cannot be granted.</exception>
    public Task GrantAsync(string? servingRole, CancellationToken ct) => GuardAsync("grant rights", "", async () =>
    {
        await using var connection = await OpenAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await ExecuteAsync(connection, "select pg_advisory_xact_lock($1)", ct, Lock); // concurrent grants on a table would fail
        await ExecuteAsync(connection, "select set_config('redox_media.serving_role', $1, true)", ct, servingRole ?? "");
        await ExecuteAsync(connection, ReadGrants(), ct);
        await transaction.CommitAsync(ct);
        return true;
    });

    /// <summary>What the role of the connection string may do with the database.</summary>
    internal Task<DatabaseRights> RightsAsync(CancellationToken ct) => GuardAsync("use the database", "", async () =>
    {
        await using var connection = await OpenAsync(ct);
        return await DatabaseRights.ReadAsync(connection, ct);
    });

    private static string ReadGrants()
    {
        using var reader = new StreamReader(typeof(Migrator).Assembly.GetManifestResourceStream("db/grants.sql")!);
        return reader.ReadToEnd();
    }
}
