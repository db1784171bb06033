using NUnit.Framework;
using Npgsql;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Data.Migrations;

/// <summary>What the role that serves may do (db/grants.sql), table by table.</summary>
[TestFixture, Category("Database")]
public sealed class ServingRoleTests
{
    private const string Read = "select";
    private const string Add = "select insert";

    /// <summary>
    /// Every table with the rights on it, and the columns that may be updated. A new table is listed here with what the service needs.
    /// </summary>
    private static readonly Dictionary<string, string> Rights = new()
    {
        ["audit_event"] = Add,
        ["audit_seal"] = Add,
        ["client_key"] = Read + " insert(added_at, client_id, jwk, key_id, secret_digest) update(retired_at)",
        ["content_slice"] = Add,
        ["create_condition"] = Add + " update(delivery_id)",
        ["delivery"] = Add,
        ["delivery_body"] = Add,
        ["delivery_body_repeat"] = Add + " update(repeats)",
        ["hourly_sum"] = Add + " update(body_bytes, content_bytes, deliveries, last_received_at)",
        ["delivery_release"] = Add,
        ["summed_hour"] = Add + " update(rolled_up_at)",
        ["document"] = Add + " update(content_length, earlier_patient_keys, event_rank, event_time, fingerprint, is_available, is_hidden, "
            + "is_identified, last_updated, log_id, lookup_keys, moved_at, patient_keys, replaced_by_key, replaced_by_shard, state, "
            + "version, wrong_patient_keys)",
        ["document_correction"] = Add,
        ["document_version"] = Add,
        ["encrypted_key"] = Add + " update(encrypted)",
        ["failed_authentication"] = Add + " update(credentials, failures)",
        ["integrity_failure"] = Add,
        ["registered_client"] = Read + " insert(client_id, is_engine, jwks_url, max_requests_per_second, name, registered_at, scopes, source_id, "
            + "visible_sources) update(epoch, revoked_at)",
        ["rejected_bytes"] = Add + " update(bytes)",
        ["remote_file"] = Add + " update(entity_tag, failure, first_tried_at, full_length, last_tried_at, lease_owner, lease_until, "
            + "next_try_at, settled_at, state, status, stored_as, tries)",
        ["remote_file_slice"] = Add + " delete",
        ["remote_file_try"] = Add,
        ["schema_migration"] = Read,
        ["staff_session"] = Add + " update(ended_at, reveal_reason, reveal_until, search_ids, searches, seen_at)",
        ["set_aside"] = Add + " update(settled_at, state)",
        ["set_aside_group"] = Add + " update(archived_until, assignee)",
        ["set_aside_job"] = Add + " update(ended_at, lease_owner, lease_until, started_at, stop_requested_at)",
        ["set_aside_job_delivery"] = Add + " update(ended_at, failure, outcome, released_by, state, tries)",
        ["staff_note"] = Add,
        ["staff_review"] = Add,
        ["upload"] = Add + " delete update(claim_fingerprint, claimed_by, claimed_document)",
        ["upload_slice"] = Add + " delete",
        ["used_assertion"] = Add,
    };

    private NpgsqlDataSource _owner = null!;
    private NpgsqlDataSource _serving = null!;

    [OneTimeSetUp]
    public async Task Make_a_database()
    {
        var connectionString = await TestDatabase.CreateEmptyAsync();
        var serving = await ServingDatabase.OfAsync(connectionString);
        if (serving == connectionString)
        {
            Assert.Ignore("Roles are not made on a server that the tests were given.");
        }

        (_owner, _serving) = (NpgsqlDataSource.Create(connectionString), NpgsqlDataSource.Create(serving));
    }

    [OneTimeTearDown]
    public async Task Close_it()
    {
        await _owner.DisposeAsync();
        await _serving.DisposeAsync();
    }

    [Test]
    public async Task The_role_has_the_rights_of_this_table_and_none_on_partitions()
    {
        Dictionary<string, string> rights = [];
        await using var command = _serving.CreateCommand(
            """
            select relname::text, relispartition,
              (select string_agg(p, ' ')
              from unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) as p
              where has_table_privilege(c.oid, p)),
              (select string_agg(attname, ', ' order by attname) from pg_attribute
              where attrelid = c.oid and attnum > 0 and not attisdropped and has_column_privilege(c.oid, attnum, 'update')),
              (select string_agg(attname, ', ' order by attname) from pg_attribute
              where attrelid = c.oid and attnum > 0 and not attisdropped and has_column_privilege(c.oid, attnum, 'insert')
                and not has_table_privilege(c.oid, 'insert'))
            from pg_class c
            where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f')
            """);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var updates = reader.IsDBNull(3) ? "" : $" update({reader.GetString(3)})";
            var inserts = reader.IsDBNull(4) ? "" : $" insert({reader.GetString(4)})";
            var found = (reader.IsDBNull(2) ? "" : reader.GetString(2)) + inserts + updates;
            if (!reader.GetBoolean(1) || found.Length > 0)
            {
                rights.Add(reader.GetString(0), found);
            }
        }

        Assert.That(rights, Is.EquivalentTo(Rights));
    }

    [Test]
    public async Task Changing_what_was_recorded_and_every_DDL_is_refused_by_PostgreSQL()
    {
        List<string> statements =
        [
            "create table t (a int)", "create function f() returns int language sql as 'select 1'", "create schema s",
            "alter schema public rename to other", "select create_month(date '2031-01-01')", "drop function create_partitions(date)",
            "alter database {database} set synchronous_commit = off", "create role another", "update document set source = ''",
            "update document set is_test = true",
            "insert into registered_client (client_id, name, source_id, scopes, visible_sources, is_engine, registered_at, page_secret) "
                + "values ('c', '', '', '{}', '{}', false, now(), 'known')",
            "update registered_client set source_id = 'another'", "update client_key set jwk = '{}'",
            "insert into schema_migration (version, name, checksum) values (99, '', '')",
        ];
        foreach (var table in Rights.Keys)
        {
            if (!Rights[table].Contains("delete", StringComparison.Ordinal))
            {
                statements.Add($"delete from {table}");
            }

            statements.AddRange(
                [$"truncate {table}", $"drop table {table}", $"alter table {table} add a int",
                    $"create index on {table} ((1))", $"alter table {table} owner to current_user"]);
        }

        foreach (var table in Rights.Where(rights => !rights.Value.Contains("update")).Select(rights => rights.Key))
        {
            await using var column = _owner.CreateCommand(
                $"select attname::text from pg_attribute where attrelid = '{table}'::regclass and attnum > 0");
            await using var reader = await column.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                statements.Add($"update {table} set {reader.GetString(0)} = null");
            }
        }

        var database = new NpgsqlConnectionStringBuilder(_owner.ConnectionString).Database;
        List<string> allowed = [];
        foreach (var statement in statements.Select(statement => statement.Replace("{database}", database)))
        {
            if (await SqlStateAsync(_serving, statement) is not PostgresErrorCodes.InsufficientPrivilege and var state)
            {
                allowed.Add($"{statement}: {state}");
            }
        }

        Assert.That(allowed, Is.Empty);
    }

    [Test]
    public async Task Partitions_are_made_by_the_function_of_the_owner_for_months_near_this_one_only()
    {
        await using var create = _serving.CreateCommand("select create_partitions(current_date + 200)");
        var made = (string[])(await create.ExecuteScalarAsync())!;
        await using var again = _serving.CreateCommand("select create_partitions(current_date + 200)");

        Assert.That(made, Has.Length.EqualTo(3));
        Assert.That(await again.ExecuteScalarAsync(), Is.Empty);
        Assert.That(await SqlStateAsync(_serving, "select create_partitions(current_date + 400)"), Is.EqualTo("22008"));
        Assert.That(await SqlStateAsync(_serving, "select create_partitions(current_date - 400)"), Is.EqualTo("22008"));
        Assert.That(await SqlStateAsync(_serving, $"select from {made[0]}"), Is.EqualTo(PostgresErrorCodes.InsufficientPrivilege));
        Assert.That(await SqlStateAsync(
            _serving,
            "insert into delivery_body (shard_key, body_key, month, slice, bytes) "
                + "values (1, gen_random_uuid(), current_date + 200, 0, '')"), Is.Null);
    }

    [Test]
    public async Task A_table_of_the_caller_is_not_taken_for_a_partition()
    {
        await using var connection = await _serving.OpenConnectionAsync();
        await using var shadow = new NpgsqlCommand(
            "create temporary table audit_event (a int); select create_partitions(current_date + 300)", connection);

        Assert.That(await shadow.ExecuteScalarAsync(), Has.Length.EqualTo(3));
    }

    [Test]
    public async Task Granting_again_gives_back_what_is_missing_and_takes_what_is_too_much()
    {
        var connectionString = await TestDatabase.CreateAsync();
        var serving = await ServingDatabase.OfAsync(connectionString);
        await using var owner = NpgsqlDataSource.Create(connectionString);
        await ExecuteAsync(owner, "create table later (id int primary key)");
        await ExecuteAsync(owner, "grant delete on delivery to redox_media; revoke insert on document from redox_media");
        await new Redox.Media.Data.Migrations.Migrator(owner).GrantAsync(null, default);

        await using var service = NpgsqlDataSource.Create(serving);
        Assert.That(await SqlStateAsync(service, "delete from delivery"), Is.EqualTo(PostgresErrorCodes.InsufficientPrivilege));
        Assert.That(await SqlStateAsync(service, "insert into document select * from document"), Is.Null);
        Assert.That(await SqlStateAsync(service, "insert into later values (1)"), Is.Null);
    }

    [TestCase("media", "is a superuser or has the rights of the owner")]
    [TestCase("nobody_of_this_name", "does not exist")]
    public void A_role_whose_rights_cannot_be_limited_is_refused(string role, string problem) =>
        Assert.That(
            () => new Redox.Media.Data.Migrations.Migrator(_owner).GrantAsync(role, default),
            Throws.TypeOf<Redox.Media.Data.Migrations.MigrationException>().With.Message.Contains($"\"{role}\" {problem}"));

    private static async Task<string?> SqlStateAsync(NpgsqlDataSource database, string statement)
    {
        try
        {
            await ExecuteAsync(database, statement);
            return null;
        }
        catch (PostgresException exception)
        {
            return exception.SqlState;
        }
    }

    private static async Task ExecuteAsync(NpgsqlDataSource database, string statement)
    {
        await using var command = database.CreateCommand(statement);
        await command.ExecuteNonQueryAsync();
    }
}
