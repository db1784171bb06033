using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Data.Batching;
using Redox.Media.Tests.Convergence;
using Redox.Media.Tests.Data.Stores;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Data.Batching;

/// <summary>One of a group fails, or waits, or their session ends: the others are applied and answered all the same, each once.</summary>
[TestFixture, Category("Database")]
[NonParallelizable]
public sealed class EventGroupTests
{
    /// <summary>The first is written alone, and a group of those that come meanwhile; the one in question is in its middle.</summary>
    private const string Deliveries = "select count(*) from delivery where source = $1";
    private const string Documents = "select count(*) from document where source = $1";

    private const int Together = 40, Middle = 12;

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private string _source = "";
    private string _sessions = "";
    private InProcessDriver _driver = null!;
    private EventsUnderTest _events = null!;
    private NpgsqlDataSource _database = null!;

    [SetUp]
    public async Task Open()
    {
        _source = Message.NewSource();
        _sessions = "groups of " + _source;
        _database = NpgsqlDataSource.Create(await TestDatabase.SharedAsync());
        await OpenDoorAsync(";Maximum Pool Size=50");
    }

    [TearDown]
    public async Task Close()
    {
        await CloseDoorAsync();
        await _database.DisposeAsync();
    }

    [Test]
    public async Task One_that_cannot_be_written_fails_alone()
    {
        var events = NewEvents();
        await PlantVersionAsync(events[Middle]);

        var applied = ApplyAsync(events);

        Assert.That(await Task.WhenAll(Others(applied)).WaitAsync(Bound), Is.All.EqualTo(Outcome.Created));
        Assert.That(
            () => applied[Middle].WaitAsync(Bound),
            Throws.TypeOf<PostgresException>().With.Property(nameof(PostgresException.SqlState))
                .EqualTo(PostgresErrorCodes.UniqueViolation));
        Assert.That(await ScalarAsync(Deliveries, _source), Is.EqualTo(Together - 1));
        Assert.That(await ScalarAsync(Documents, _source), Is.EqualTo(Together - 1));
    }

    [Test]
    public async Task One_that_cannot_be_written_takes_no_connections_from_others()
    {
        var events = NewEvents();
        await PlantVersionAsync(events[Middle]);
        var applied = ApplyAsync(events);
        await Task.WhenAll(applied).ContinueWith(_ => { }, TaskScheduler.Default).WaitAsync(Bound);

        // The pool keeps what was opened.
        Assert.That(await ScalarAsync("select count(*) from pg_stat_activity where application_name = $1", _sessions), Is.InRange(1, 5));
    }

    [Test]
    public async Task One_that_meets_a_row_written_without_the_lock_is_judged_by_it_and_the_others_are_not()
    {
        var events = NewEvents();
        await using var writer = await _database.OpenConnectionAsync();
        await using var transaction = await writer.BeginTransactionAsync();
        await PlantDocumentAsync(writer, events[Middle]);

        var applied = ApplyAsync(events);
        await GroupWaitsForARowAsync();
        await transaction.CommitAsync();

        Assert.That(await Task.WhenAll(Others(applied)).WaitAsync(Bound), Is.All.EqualTo(Outcome.Created));
        Assert.That(await applied[Middle].WaitAsync(Bound), Is.EqualTo(Outcome.Stale), "the row is of a later event");
        Assert.That(await ScalarAsync(Deliveries, _source), Is.EqualTo(Together));
    }

    [Test]
    public async Task When_their_session_is_ended_in_the_middle_all_are_written_by_another()
    {
        var events = NewEvents();
        await using var writer = await _database.OpenConnectionAsync();
        await using var transaction = await writer.BeginTransactionAsync();
        await PlantDocumentAsync(writer, events[Middle]);

        var applied = ApplyAsync(events);
        await GroupWaitsForARowAsync();
        await ScalarAsync(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = $1 and wait_event = 'transactionid'",
            _sessions);
        await transaction.RollbackAsync();

        Assert.That(await Task.WhenAll(applied).WaitAsync(Bound), Is.All.EqualTo(Outcome.Created));
        Assert.That(await ScalarAsync(Deliveries, _source), Is.EqualTo(Together));
        Assert.That(await ScalarAsync(Documents, _source), Is.EqualTo(Together));
    }

    [Test]
    public async Task Those_that_wait_for_their_documents_leave_connections_to_the_others()
    {
        await CloseDoorAsync();
        await OpenDoorAsync(";Maximum Pool Size=10;Timeout=2");
        string[] held = [.. Enumerable.Range(0, 20).Select(number => $"held-{number}")];
        var holder = await HeldDocuments.HoldAsync(_source, held);

        var waiting = ApplyAsync([.. held.Select(New)]);
        await Eventually.HoldsAsync(_database,
            $"select count(*) >= 8 from pg_stat_activity where application_name = '{_sessions}' and wait_event = 'advisory'");
        for (var round = 0; round < 3; round++)
        {
            var free = ApplyAsync([.. Enumerable.Range(0, Together).Select(number => New($"free-{round}-{number}"))]);
            Assert.That(await Task.WhenAll(free).WaitAsync(Bound), Is.All.EqualTo(Outcome.Created));
        }

        Assert.That(waiting.Select(one => one.IsCompleted), Is.All.False);
        await holder.DisposeAsync();
        Assert.That(await Task.WhenAll(waiting).WaitAsync(Bound), Is.All.EqualTo(Outcome.Created));
    }

    private async Task OpenDoorAsync(string settings)
    {
        _driver = await InProcessDriver.OpenAsync($"{await TestDatabase.SharedAsync()};Application Name={_sessions}{settings}");
        _events = new EventsUnderTest(_driver);
    }

    private async Task CloseDoorAsync()
    {
        await _driver.DisposeAsync();
        _events.Dispose();
    }

    private DocumentEvent[] NewEvents() => [.. Enumerable.Range(0, Together).Select(number => New($"D-{number}"))];

    private DocumentEvent New(string documentId) => _events.Of(Message.New(_source, documentId));

    private Task<Outcome>[] ApplyAsync(DocumentEvent[] events)
    {
        var groups = _driver.Services.GetRequiredService<WriteBatcher>();
        return [.. events.Select(async e => (await groups.ApplyAsync(e, CancellationToken.None)).Outcome)];
    }

    private static IEnumerable<Task<Outcome>> Others(Task<Outcome>[] applied) => applied.Where((_, number) => number != Middle);

    // A version of this delivery is there, though the delivery is not: no try of it can ever be written.
    private async Task PlantVersionAsync(DocumentEvent e)
    {
        await using var command = _database.CreateCommand(
            """
            insert into document_version (shard_key, document_key, delivery_id, state, last_updated, event_time, event_rank, log_id,
              fingerprint, envelope)
            values ($1, $2, $3, 'current', now(), now(), 0, '', sha256(''), '{}')
            """);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = e.Document.Shard });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = e.Document.Key });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = e.Delivery.Id.Value });
        await command.ExecuteNonQueryAsync();
    }

    // The row of a document, by somebody who took no lock. Who writes the same one waits for what becomes of it.
    private static async Task PlantDocumentAsync(NpgsqlConnection connection, DocumentEvent e)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into document (shard_key, document_key, source, document_id, document_id_key, state, last_updated, event_time,
              event_rank, log_id, fingerprint, is_identified, is_test, is_available, patient_keys, lookup_keys)
            values ($1, $2, $3, '', gen_random_uuid(), 'deleted', now(), now() + interval '1 hour', 0, '', sha256(''), true,
              false, true, '{}', '{}')
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = e.Document.Shard });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = e.Document.Key });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = e.Delivery.Meta.Source! });
        await command.ExecuteNonQueryAsync();
    }

    private Task GroupWaitsForARowAsync() => Eventually.HoldsAsync(
        _database, $"select exists (select from pg_stat_activity where application_name = '{_sessions}' and wait_event = 'transactionid')");

    private async Task<long> ScalarAsync(string sql, string parameter)
    {
        await using var command = _database.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = parameter });
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
