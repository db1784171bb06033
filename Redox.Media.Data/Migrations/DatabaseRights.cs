using Npgsql;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Migrations;

/// <summary>What the role of a connection may do with the database.</summary>
/// <param name="MayMigrate">It owns the tables, or may create them in a database without any.</param>
/// <param name="Excess">Rights beyond those of db/grants.sql, in words.</param>
/// <param name="Lacking">Tables on which it lacks rights of db/grants.sql.</param>
internal sealed record DatabaseRights(bool MayMigrate, IReadOnlyList<string> Excess, IReadOnlyList<string> Lacking)
{
    public static async Task<DatabaseRights> ReadAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = Statements.CheckRights.On(connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return new DatabaseRights(reader.GetBoolean(0), reader.GetFieldValue<string[]>(1), reader.GetFieldValue<string[]>(2));
    }
}
