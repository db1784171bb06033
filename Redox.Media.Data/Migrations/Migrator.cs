using Npgsql;
using Redox.Media.Data.Resilience;

namespace Redox.Media.Data.Migrations;

/// <summary>
/// Applies the files of db/migrations that a database does not have yet, in order, forward only, each in one transaction with its row in
/// <c>schema_migration</c>. Several instances may start concurrently: the transaction holds the lock, not the session, so that it also
/// works behind a connection pooler in transaction mode.
/// </summary>
public sealed partial class Migrator
{
    /// <summary>The key of the advisory lock, the same in all instances: "RedoxMed" in ASCII.</summary>
    private const long Lock = 0x5265646F784D6564;

    private const string CreateTable = """
        create table schema_migration (
          version    integer     not null constraint schema_migration_pkey primary key,
          name       text        not null,
          checksum   text        not null,
          applied_at timestamptz not null default now()
        )
        """;

    private readonly NpgsqlDataSource _database;
    private readonly IReadOnlyList<Migration> _migrations;

    /// <summary>Migrates with the files embedded in this assembly.</summary>
    public Migrator(NpgsqlDataSource database)
        : this(database, Migration.Embedded())
    {
    }

    internal Migrator(NpgsqlDataSource database, IReadOnlyList<Migration> migrations)
    {
        _database = database;
        _migrations = [.. migrations.OrderBy(migration => migration.Version)];
        for (var index = 0; index < _migrations.Count; index++)
        {
            if (_migrations[index].Version != index + 1)
            {
                throw new MigrationException(
                    $"db/migrations must count 1, 2, 3 without a gap, but number {index + 1} is {_migrations[index]}.");
            }
        }
    }

    /// <summary>Applies the missing migrations and returns their number: 0 when the database was current.</summary>
    /// <param name="applied">Gets the name of each migration when it is committed.</param>
    /// <exception cref="MigrationException">
    /// An applied migration has been changed, one is missing among those applied, the database is newer than this program, or a migration
    /// failed. The migrations before it stay applied.
    /// </exception>
    public Task<int> MigrateAsync(CancellationToken ct, Action<string>? applied = null) => GuardAsync(
        "migrate the database",
        "It must own the tables, or be allowed to create them in the schema of an empty database.",
        () => ApplyAllAsync(applied, ct));

    /// <summary>
    /// Whether the database has all migrations of this program. A newer database qualifies: while instances are replaced one by one, the
    /// old ones stay ready after the first new one has migrated.
    /// </summary>
    public Task<bool> IsCurrentAsync(CancellationToken ct) => GuardAsync("read schema_migration", "", async () =>
    {
        await using var connection = await OpenAsync(ct);
        var applied = await AppliedAsync(connection, ct) ?? [];
        return applied.Take(_migrations.Count).SequenceEqual(_migrations.Select(Applied.From));
    });

    private async Task<T> GuardAsync<T>(string what, string hint, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception exception) when (PostgresErrors.IsOfTheSession(exception))
        {
            _database.Clear(); // a session that began while the database was read-only stays read-only
            throw;
        }
        catch (PostgresException exception) when (!PostgresErrors.IsUnavailable(exception))
        {
            var role = new NpgsqlConnectionStringBuilder(_database.ConnectionString).Username;
            throw new MigrationException(
                $"The role {role} cannot {what}: {exception.SqlState} {exception.MessageText}. {hint}".TrimEnd(), exception);
        }
    }

    private async Task<int> ApplyAllAsync(Action<string>? applied, CancellationToken ct)
    {
        await using var connection = await OpenAsync(ct);
        await CheckEncodingAsync(connection, ct);
        var count = 0;
        while (await ApplyNextAsync(connection, ct) is { } migration)
        {
            applied?.Invoke(migration.ToString());
            count++;
        }

        return count;
    }

    // Npgsql checks some keywords of the connection string only now, and throws exceptions of any type.
    private async Task<NpgsqlConnection> OpenAsync(CancellationToken ct)
    {
        try
        {
            return await _database.OpenConnectionAsync(ct);
        }
        catch (Exception exception) when (exception is not OperationCanceledException && !PostgresErrors.IsUnavailable(exception))
        {
            throw new MigrationException(
                $"ConnectionStrings:Media or :MediaOwner cannot be used to connect ({exception.GetType().Name}): check its keywords.",
                exception);
        }
    }

    // In another encoding the texts of most languages cannot be stored.
    private static async Task CheckEncodingAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select current_setting('server_encoding')", connection);
        if (await command.ExecuteScalarAsync(ct) is not "UTF8" and var encoding)
        {
            throw new MigrationException($"The encoding of the database is {encoding} and must be UTF8: create another database.");
        }
    }

    private async Task<Migration?> ApplyNextAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await ExecuteAsync(connection, "select pg_advisory_xact_lock($1)", ct, Lock);

        var table = await AppliedAsync(connection, ct);
        var applied = table ?? [];
        Check(applied);
        if (applied.Count == _migrations.Count)
        {
            return null;
        }

        if (table is null)
        {
            // Not "if not exists", which needs the privilege to create tables even if the table exists.
            await ExecuteAsync(connection, CreateTable, ct);
        }

        var next = _migrations[applied.Count];
        try
        {
            await ExecuteAsync(connection, next.Sql, ct);
            await ExecuteAsync(
                connection,
                "insert into schema_migration (version, name, checksum) values ($1, $2, $3)",
                ct,
                next.Version,
                next.Name,
                next.Checksum);
            await transaction.CommitAsync(ct);
        }
        catch (PostgresException exception) when (!PostgresErrors.IsUnavailable(exception)) // the server is shutting down or read-only
        {
            throw new MigrationException(
                $"Migration {next} failed and left nothing behind: {exception.SqlState} {exception.MessageText}", exception);
        }

        return next;
    }

    private void Check(List<Applied> applied)
    {
        for (var index = 0; index < applied.Count; index++)
        {
            var row = applied[index];
            if (row.Version != index + 1)
            {
                throw new MigrationException(
                    $"The database has migration {row.Version:0000}_{row.Name} but not {index + 1:0000}: restore it from a backup.");
            }

            if (index == _migrations.Count)
            {
                throw new MigrationException(
                    $"The database is newer than this program, which knows {_migrations.Count} migrations and not "
                    + $"{row.Version:0000}_{row.Name}: start a newer version.");
            }

            if (row != Applied.From(_migrations[index]))
            {
                throw new MigrationException(
                    $"Migration {_migrations[index]} is not what was applied to the database as {row.Version:0000}_{row.Name}: "
                    + "an applied migration must never be changed, write a new one.");
            }
        }
    }

    /// <summary>Null when the table does not exist yet.</summary>
    private static async Task<List<Applied>?> AppliedAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var exists = new NpgsqlCommand("select to_regclass('schema_migration') is not null", connection);
        if (await exists.ExecuteScalarAsync(ct) is not true)
        {
            return null;
        }

        List<Applied> applied = [];
        await using var command = new NpgsqlCommand("select version, name, checksum from schema_migration order by version", connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            applied.Add(new Applied(reader.GetInt32(0), reader.GetString(1), reader.GetString(2)));
        }

        return applied;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct, params object[] values)
    {
        // No timeout: another instance may hold the lock, and creating an index on a large table takes long.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await command.ExecuteNonQueryAsync(ct);
    }

    private sealed record Applied(int Version, string Name, string Checksum)
    {
        public static Applied From(Migration migration) => new(migration.Version, migration.Name, migration.Checksum);
    }
}
