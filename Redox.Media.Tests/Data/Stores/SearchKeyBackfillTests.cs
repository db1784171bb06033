using Npgsql;
using NUnit.Framework;
using Redox.Media.Core.Fhir;
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

    [SetUp]
    public async Task Make_an_archive() => _archive = await TestDatabase.CreateAsync();

    [Test]
    public async Task A_service_makes_earlier_documents_searchable_in_the_background()
    {
        await using var fhir = await FhirService.StartOnAsync(_archive);
        await DeliverPhotosAsync(fhir, 3);
        var ownId = (await fhir.CreateAsync(FhirService.Media())).Id;
        await MakeEarlierAsync();
        Assert.That(await FoundAsync(fhir, ByDate), Is.Zero);
        Assert.That(await FoundAsync(fhir, ByType), Is.Zero);

        await using (await RunningService.StartAsync(_archive))
        {
            await Condition.IsTrueAsync(
                "the backfill has ended", async () => await ScalarAsync("select count(*) from backfill") is 0L, TimeSpan.FromSeconds(30));
        }

        Assert.That(await FoundAsync(fhir, ByDate), Is.EqualTo(3));
        Assert.That(await FoundAsync(fhir, ByType), Is.EqualTo(3));
        Assert.That(await FoundAsync(fhir, "/Media?status=completed&_id=" + ownId), Is.EqualTo(1), "a resource keeps its own keys");
    }

    [Test]
    public async Task It_takes_as_many_pages_as_it_needs()
    {
        await using var fhir = await FhirService.StartOnAsync(_archive);
        await DeliverPhotosAsync(fhir, 120);
        await MakeEarlierAsync();
        await using var database = DatabaseConnection.Open(_archive);
        var backfill = new SearchKeyBackfill(database);

        var pages = new[] { await backfill.NextPageAsync(default), await backfill.NextPageAsync(default), await backfill.NextPageAsync(default) };

        Assert.That(pages, Is.EqualTo(new[] { 100, 20, 0 }));
        Assert.That(await ScalarAsync("select count(*) from version where created_to is null"), Is.Zero);
        Assert.That(await backfill.NextPageAsync(default), Is.Zero, "what is done stays done");
    }

    [Test]
    public async Task A_document_that_somebody_holds_is_done_later()
    {
        await using var fhir = await FhirService.StartOnAsync(_archive);
        await DeliverPhotosAsync(fhir, 1);
        await MakeEarlierAsync();
        await using var database = DatabaseConnection.Open(_archive);
        var backfill = new SearchKeyBackfill(database);
        await using (var holder = await database.OpenConnectionAsync())
        {
            await using var held = await holder.BeginTransactionAsync();
            await using var hold = new NpgsqlCommand("select pg_advisory_xact_lock(shard_key) from document", holder);
            await hold.ExecuteNonQueryAsync();

            Assert.That(
                () => backfill.NextPageAsync(default),
                Throws.TypeOf<PostgresException>().With.Property(nameof(PostgresException.SqlState)).EqualTo(PostgresErrorCodes.LockNotAvailable));
        }

        Assert.That(await backfill.NextPageAsync(default), Is.EqualTo(1));
        Assert.That(await FoundAsync(fhir, ByDate), Is.EqualTo(1));
    }

    [TestCase(0, ExpectedResult = 0L, TestName = "An_empty_archive_has_nothing_to_do")]
    [TestCase(1, ExpectedResult = 1L, TestName = "An_archive_with_documents_has")]
    public async Task<long?> After_the_migration(int documents)
    {
        _archive = await TestDatabase.CreateEmptyAsync();
        await using var database = DatabaseConnection.Open(_archive);
        await new TheMigrator(database, [.. Migration.Embedded().Take(5)]).MigrateAsync(default);
        await ScalarAsync(
            $"""
            insert into document (shard_key, document_key, source, document_id, document_id_key, state, event_time, log_id, fingerprint,
              is_test, is_available, patient_keys, search_keys)
            select n, gen_random_uuid(), '', '', gen_random_uuid(), 'deleted', now(), '', '', false, true, '[]', '[]' from generate_series(1, {documents}) n
            """.Replace("'[]'", "'{}'", StringComparison.Ordinal));

        await new TheMigrator(database).MigrateAsync(default);

        return (long?)await ScalarAsync("select count(*) from backfill");
    }

    private static Task<Answer[]> DeliverPhotosAsync(FhirService fhir, int count) => Task.WhenAll(Enumerable.Range(0, count).Select(_ =>
        fhir.Service.DeliverAsync(Message.New(fhir.HospitalSource, Message.NewDocumentId())
            .With("Media.FileType", "JPEG").With("Media.ServiceDateTime", "2021-05-04"))));

    private static async Task<int> FoundAsync(FhirService fhir, string search) => ((await fhir.GetAsync(search)).Json["entry"] ?? new Newtonsoft.Json.Linq.JArray()).Count();

    private Task<object?> MakeEarlierAsync() => ScalarAsync(
        $"""
        update version set created_from = null, created_to = null where resource is null;
        update document set search_keys = array_remove(search_keys, '{FhirKeys.RedoxType("image")}');
        insert into backfill (name, shard_key, document_key)
        values ('{SearchKeyBackfill.Name}', {long.MinValue}, '{Guid.Empty}');
        """);

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var database = NpgsqlDataSource.Create(_archive);
        await using var command = database.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
