using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Npgsql;
using Redox.Media.Core.Fhir.Search;
using Redox.Media.Data;
using Redox.Media.Data.Migrations;
using Redox.Media.Data.Stores;
using Redox.Media.Tests.Api.Fhir;
using Redox.Media.Tests.Support;
using TheMigrator = Redox.Media.Data.Migrations.Migrator;

namespace Redox.Media.Tests.Data.Stores;

/// <summary>Documents from before migration 0003 become searchable by what that brought.</summary>
[TestFixture, Category("Database")]
public sealed class SearchKeyBackfillTests
{
    private const string ByDate = "/Media?created=2021-05-04", ByType = "/Media?type=image";

    private string _archive = "";
    private FhirService _fhir = null!;
    private NpgsqlDataSource _database = null!;

    [SetUp]
    public async Task Make_an_archive()
    {
        _archive = await TestDatabase.CreateAsync();
        _fhir = await FhirService.StartOnAsync(_archive);
        _database = DatabaseConnection.Open(_archive);
    }

    [TearDown]
    public async Task Stop()
    {
        await _fhir.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Test]
    public async Task A_service_makes_earlier_documents_searchable_in_the_background()
    {
        await DeliverPhotosAsync(3);
        var ownId = (await _fhir.CreateAsync(FhirService.Media())).Id;
        await MakeEarlierAsync();
        Assert.That(await FoundAsync(ByDate), Is.Zero);
        Assert.That(await FoundAsync(ByType), Is.Zero);

        await using (await RunningService.StartAsync(_archive))
        {
            await Eventually.IsTrueAsync(
                "the backfill has ended", async () => await ScalarAsync("select count(*) from backfill") is 0L, TimeSpan.FromSeconds(30));
        }

        Assert.That(await FoundAsync(ByDate), Is.EqualTo(3));
        Assert.That(await FoundAsync(ByType), Is.EqualTo(3));
        Assert.That(await FoundAsync("/Media?status=completed&_id=" + ownId), Is.EqualTo(1), "a resource keeps its own keys");
    }

    [Test]
    public async Task It_takes_as_many_pages_as_it_needs()
    {
        await DeliverPhotosAsync(120);
        await MakeEarlierAsync();
        var backfill = new SearchKeyBackfill(_database);

        var pages = new[] { await backfill.NextPageAsync(default), await backfill.NextPageAsync(default), await backfill.NextPageAsync(default) };

        Assert.That(pages, Is.EqualTo(new[] { 100, 20, 0 }));
        Assert.That(await ScalarAsync("select count(*) from version where created_to is null"), Is.Zero);
        Assert.That(await backfill.NextPageAsync(default), Is.Zero, "what is done stays done");
    }

    [Test]
    public async Task A_page_of_nothing_but_resources_is_passed_over()
    {
        var id = (await _fhir.CreateAsync(FhirService.Media())).Id;
        await MakeEarlierAsync();
        var backfill = new SearchKeyBackfill(_database);

        Assert.That(new[] { await backfill.NextPageAsync(default), await backfill.NextPageAsync(default) }, Is.EqualTo(new[] { 1, 0 }));
        Assert.That(await FoundAsync("/Media?status=completed&_id=" + id), Is.EqualTo(1), "a resource keeps its own keys");
    }

    [Test]
    public async Task A_document_that_somebody_holds_is_done_later()
    {
        await DeliverPhotosAsync(1);
        await MakeEarlierAsync();
        var backfill = new SearchKeyBackfill(_database);
        await using (var holder = await _database.OpenConnectionAsync())
        {
            await using var held = await holder.BeginTransactionAsync();
            await using var hold = new NpgsqlCommand("select pg_advisory_xact_lock(shard_key) from document", holder);
            await hold.ExecuteNonQueryAsync();

            Assert.That(
                () => backfill.NextPageAsync(default),
                Throws.TypeOf<PostgresException>().With.Property(nameof(PostgresException.SqlState)).EqualTo(PostgresErrorCodes.LockNotAvailable));
        }

        Assert.That(await backfill.NextPageAsync(default), Is.EqualTo(1));
        Assert.That(await FoundAsync(ByDate), Is.EqualTo(1));
    }

    [TestCase(0, ExpectedResult = 0L)] // an empty archive has nothing to do
    [TestCase(1, ExpectedResult = 1L)] // one with documents has a backfill
    public async Task<long?> The_migration_leaves_a_backfill_where_there_are_documents(int documents)
    {
        await using var earlier = DatabaseConnection.Open(await TestDatabase.CreateEmptyAsync());
        await new TheMigrator(earlier, [.. Migration.Embedded().Take(5)]).MigrateAsync(default);
        await ScalarAsync(
            earlier,
            $$"""
            insert into document (shard_key, document_key, source, document_id, document_id_key, state, event_time, log_id, fingerprint,
              is_test, is_available, patient_keys, lookup_keys)
            select n, gen_random_uuid(), '', '', gen_random_uuid(), 'deleted', now(), '', '', false, true, '{}', '{}'
            from generate_series(1, {{documents}}) n
            """);

        await new TheMigrator(earlier).MigrateAsync(default);

        return (long?)await ScalarAsync(earlier, "select count(*) from backfill");
    }

    private Task<Answer[]> DeliverPhotosAsync(int count) => Task.WhenAll(Enumerable.Range(0, count).Select(_ =>
        _fhir.Service.DeliverAsync(Message.New(_fhir.HospitalSource, Message.NewDocumentId())
            .With("Media.FileType", "JPEG").With("Media.ServiceDateTime", "2021-05-04"))));

    private async Task<int> FoundAsync(string search) => ((await _fhir.GetAsync(search)).Json["entry"] ?? new JArray()).Count();

    private Task<object?> MakeEarlierAsync() => ScalarAsync(
        $"""
        update version set created_from = null, created_to = null where resource is null;
        update document set lookup_keys = array_remove(lookup_keys, '{FhirKeys.RedoxType("image")}');
        insert into backfill (name, shard_key, document_key)
        values ('{SearchKeyBackfill.Name}', {long.MinValue}, '{Guid.Empty}');
        """);

    private Task<object?> ScalarAsync(string sql) => ScalarAsync(_database, sql);

    private static async Task<object?> ScalarAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
