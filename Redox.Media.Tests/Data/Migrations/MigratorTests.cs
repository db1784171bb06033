using NUnit.Framework;
using Npgsql;
using Redox.Media.Data.Migrations;
using Redox.Media.Tests.Support;
using TheMigrator = Redox.Media.Data.Migrations.Migrator;

namespace Redox.Media.Tests.Data.Migrations;

[TestFixture, Category("Database")]
public sealed class MigratorTests
{
    private static readonly Migration First = new(1, "first", "create table first (id integer primary key);");

    private static readonly Migration Second = new(
        2, "second", "create table second (id integer); -- a comment; with a semicolon\ninsert into second values (1);");

    private NpgsqlDataSource _database = null!;

    [SetUp]
    public async Task Make_an_empty_database() => _database = NpgsqlDataSource.Create(await TestDatabase.CreateEmptyAsync());

    [TearDown]
    public async Task Let_go_of_it()
    {
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }

    [Test]
    public async Task Applies_what_is_missing_in_order_and_then_nothing()
    {
        Assert.That(await Of(Second, First).MigrateAsync(default), Is.EqualTo(2));
        Assert.That(await Of(First, Second).MigrateAsync(default), Is.Zero);
        Assert.That(await ScalarAsync("select count(*) from second"), Is.EqualTo(1));
        Assert.That(
            await ScalarAsync("select string_agg(version || name || length(checksum), ' ' order by version) from schema_migration"),
            Is.EqualTo("1first64 2second64"));
    }

    [Test]
    public async Task Is_current_only_with_all_applied()
    {
        Assert.That(await Of(First).IsCurrentAsync(default), Is.False);
        await Of(First).MigrateAsync(default);
        Assert.That(await Of(First).IsCurrentAsync(default), Is.True);
        Assert.That(await Of(First, Second).IsCurrentAsync(default), Is.False);
        Assert.That(await Of(First with { Sql = "select 1" }).IsCurrentAsync(default), Is.False);
    }

    [Test]
    public async Task Stays_ready_but_does_not_start_when_the_database_is_newer()
    {
        await Of(First, Second).MigrateAsync(default);

        Assert.That(await Of(First).IsCurrentAsync(default), Is.True);
        Assert.That(
            () => Of(First).MigrateAsync(default),
            Throws.TypeOf<MigrationException>().With.Message.Contains("newer than this program").And.Message.Contains("0002_second"));
    }

    [Test]
    public async Task Several_instances_may_start_at_once()
    {
        var applied = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Of(First, Second).MigrateAsync(default))));

        Assert.That(applied.Sum(), Is.EqualTo(2));
    }

    [Test]
    public async Task A_failing_migration_leaves_nothing_behind_and_keeps_those_before_it()
    {
        var broken = new Migration(2, "broken", "create table half (id integer); select 1 / 0;");

        Assert.That(
            () => Of(First, broken).MigrateAsync(default),
            Throws.TypeOf<MigrationException>().With.Message.StartsWith("Migration 0002_broken failed and left nothing behind: 22012"));
        Assert.That(await ScalarAsync("select to_regclass('half')::text"), Is.EqualTo(DBNull.Value));
        Assert.That(await ScalarAsync("select max(version) from schema_migration"), Is.EqualTo(1));
        Assert.That(await Of(First, Second).MigrateAsync(default), Is.EqualTo(1));
    }

    [Test]
    public async Task A_migration_changed_after_it_was_applied_is_refused()
    {
        await Of(First).MigrateAsync(default);

        Assert.That(
            () => Of(First with { Sql = First.Sql + " " }, Second).MigrateAsync(default),
            Throws.TypeOf<MigrationException>().With.Message.Contains("must never be changed"));
        Assert.That(await ScalarAsync("select to_regclass('second')::text"), Is.EqualTo(DBNull.Value));
    }

    [Test]
    public async Task A_gap_among_those_applied_is_refused()
    {
        await Of(First, Second).MigrateAsync(default);
        await ScalarAsync("delete from schema_migration where version = 1");

        Assert.That(
            () => Of(First, Second).MigrateAsync(default),
            Throws.TypeOf<MigrationException>().With.Message.EqualTo(
                "The database has migration 0002_second but not 0001: restore it from a backup."));
    }

    [Test]
    public void A_gap_or_a_number_given_twice_among_the_files_is_refused()
    {
        Assert.That(() => Of(Second), Throws.TypeOf<MigrationException>().With.Message.Contains("number 1 is 0002_second"));
        Assert.That(() => Of(First, First with { Name = "twin" }), Throws.TypeOf<MigrationException>());
        Assert.That(() => Migration.FromFile("1-first.sql", string.Empty), Throws.TypeOf<MigrationException>());
    }

    [Test]
    public void Line_ends_do_not_change_a_checksum() =>
        Assert.That(new Migration(1, "x", "a\r\nb\r\n").Checksum, Is.EqualTo(new Migration(1, "x", "a\nb\n").Checksum));

    private TheMigrator Of(params Migration[] migrations) => new(_database, migrations);

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var command = _database.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
