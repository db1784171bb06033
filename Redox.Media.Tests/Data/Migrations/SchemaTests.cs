using Dapper;
using NUnit.Framework;
using Npgsql;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Data.Migrations;

/// <summary>db/schema.sql is what people read, db/migrations is what is run: they must say the same.</summary>
[TestFixture, Category("Database")]
public sealed class SchemaTests
{
    /// <summary>Tables that would be on one node of a cluster: they do not grow with deliveries.</summary>
    private static readonly string[] Small =
    [
        "audit_seal", "client_key", "encrypted_key", "hourly_sum", "registered_client", "schema_migration", "staff_session", "summed_hour",
        "used_assertion",
    ];

    private NpgsqlDataSource _empty = null!;

    [OneTimeSetUp]
    public async Task Make_an_empty_database() => _empty = NpgsqlDataSource.Create(await TestDatabase.CreateEmptyAsync());

    [OneTimeTearDown]
    public async Task Close_the_database() => await _empty.DisposeAsync();

    [Test]
    public async Task The_migrations_add_up_to_schema_sql()
    {
        await using var schema = typeof(SchemaTests).Assembly.GetManifestResourceStream("db/schema.sql");
        Assert.That(schema, Is.Not.Null, "db/schema.sql is not embedded in the tests.");
        using var reader = new StreamReader(schema!);
        await using var described = NpgsqlDataSource.Create(await TestDatabase.CreateEmptyAsync());
        await using (var build = described.CreateCommand(await reader.ReadToEndAsync()))
        {
            await build.ExecuteNonQueryAsync();
        }

        await using var migrated = NpgsqlDataSource.Create(await TestDatabase.CreateEmptyAsync());
        await new Redox.Media.Data.Migrations.Migrator(migrated).MigrateAsync(default);

        Assert.That(Difference(await Catalog.ReadAsync(described), await Catalog.ReadAsync(migrated)), Is.Empty);
    }

    [Test]
    public async Task The_page_about_the_database_has_a_row_for_each_table()
    {
        var rows = DocumentationFile.Read("db/README.md").Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(line => line.Split('|')[1].Split(',')).Select(name => name.Trim(' ', '`')).Order();
        await using var database = NpgsqlDataSource.Create(await TestDatabase.SharedAsync());
        await using var connection = await database.OpenConnectionAsync();
        var tables = await connection.QueryAsync<string>(
            """
            select relname from pg_class
            where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p') and not relispartition
              and relname <> 'schema_migration'
            """);

        Assert.That(rows, Is.EqualTo(tables.Order()));
    }

    [Test]
    public async Task Keys_begin_with_the_shard_key_except_those_of_small_tables()
    {
        await using var database = NpgsqlDataSource.Create(await TestDatabase.SharedAsync());
        await using var connection = await database.OpenConnectionAsync();
        var keys = await connection.QueryAsync<(string Table, string Column)>(
            """
            select t.relname, a.attname
            from pg_index i
            join pg_class t on t.oid = i.indrelid
            join pg_attribute a on a.attrelid = t.oid and a.attnum = i.indkey[0]
            where t.relnamespace = current_schema()::regnamespace and i.indisunique and not t.relispartition
            """);

        Assert.That(keys.Where(key => key.Column != "shard_key").Select(key => key.Table).Distinct(), Is.EquivalentTo(Small));
    }

    [TestCase("create table t (a integer, b text)", "create table t (b text, a integer)", "column t.a")] // order of columns
    [TestCase("create table t (a integer)", "create table t (a bigint)", "column t.a")] // type
    [TestCase("create table t (a integer)", "create table t (a integer not null)", "column t.a")] // nullability
    [TestCase("create table t (a integer)", "create table t (a integer default 1)", "column t.a")] // default
    [TestCase(
        "create table t (a integer)", "create table t (a integer check (a > 0))", "constraint t_a_check on t")] // constraint
    [TestCase("create table t (a integer)", "create table t (a integer); create index i on t (a desc)", "index i")] // index
    [TestCase(
        "create table t (a bytea)",
        "create table t (a bytea); alter table t alter a set storage external",
        "column t.a")] // storage
    [TestCase("create table t (a text)", "create table t (a text compression pglz)", "column t.a")] // compression
    [TestCase("create table t (a text)", "create table t (a text) with (fillfactor = 70)", "relation t")] // table options
    public async Task A_difference_is_seen_and_named(string one, string other, string named)
    {
        Assert.That(Difference(await CatalogOfAsync(one), await CatalogOfAsync(other)), Does.Contain(named));
        Assert.That(Difference(await CatalogOfAsync(one), await CatalogOfAsync(one)), Is.Empty);
    }

    private async Task<SortedSet<string>> CatalogOfAsync(string sql)
    {
        await ExecuteAsync(sql);
        var catalog = await Catalog.ReadAsync(_empty);
        await ExecuteAsync("drop table t");
        return catalog;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _empty.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static string Difference(SortedSet<string> described, SortedSet<string> migrated)
    {
        var lines = described.Except(migrated).Select(line => $"only in db/schema.sql: {line}")
            .Concat(migrated.Except(described).Select(line => $"only after db/migrations: {line}"));
        return string.Join('\n', lines);
    }
}
