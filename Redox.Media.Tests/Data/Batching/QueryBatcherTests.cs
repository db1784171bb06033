using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Data.Batching;

/// <summary>
/// Queries that are asked together are answered as if each had been asked by itself. Over HTTP, since that is where they meet.
/// </summary>
[TestFixture, Category("Database")]
[NonParallelizable]
public sealed class QueryGroupTests
{
    private const int AtOnce = 40;

    private RunningService _service = null!;

    [OneTimeSetUp]
    public async Task Start() => _service = await RunningService.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _service.DisposeAsync();

    [Test]
    public async Task Each_of_many_at_once_gets_its_own_document_and_leaves_its_own_row()
    {
        var source = Message.NewSource();
        var ids = Enumerable.Range(0, AtOnce).Select(_ => Message.NewDocumentId()).ToArray();
        await Task.WhenAll(ids.Select(id => _service.DeliverAsync(Message.New(source, id, content: "content of " + id))));
        var questions = ids.Select(id => Message.Query(id).WithLog(Guid.NewGuid().ToString())).ToArray();

        var answers = await Task.WhenAll(questions.Select(_service.DeliverAsync));

        Assert.That(answers.Select(Contents), Is.EqualTo(ids.Select(id => "content of " + id)));
        var traces = _service.Services.GetRequiredService<IDocumentStore>();
        foreach (var question in questions)
        {
            var rows = await traces.FindDeliveriesAsync(question.LogId(), 10, default);
            Assert.That(rows.Select(row => (row.Outcome, row.DocumentsFound)), Is.EqualTo(new[] { (Outcome.Answered, (int?)1) }));
        }
    }

    [Test]
    public async Task One_that_nothing_answers_does_not_take_from_the_others()
    {
        var source = Message.NewSource();
        var (there, absent, deleted) = (Message.NewDocumentId(), Message.NewDocumentId(), Message.NewDocumentId());
        await _service.DeliverAsync(Message.New(source, there, content: "here"));
        await _service.DeliverAsync(Message.New(source, deleted));
        await _service.DeliverAsync(Message.Delete(source, deleted));

        var answers = await Task.WhenAll(
            Enumerable.Range(0, AtOnce).Select(i => _service.DeliverAsync(Message.Query(new[] { there, absent, deleted }[i % 3]))));

        Assert.That(answers.Select(Contents), Is.EqualTo(Enumerable.Range(0, AtOnce).Select(i => i % 3 == 0 ? "here" : "")));
    }

    [Test]
    public async Task A_superseded_one_among_them_is_followed_to_what_replaced_it()
    {
        var source = Message.NewSource();
        var (old, successor, other) = (Message.NewDocumentId(), Message.NewDocumentId(), Message.NewDocumentId());
        await _service.DeliverAsync(Message.New(source, old, content: "old"));
        await _service.DeliverAsync(Message.Replace(source, old, successor));
        await _service.DeliverAsync(Message.New(source, other, content: "other"));
        var ofSuccessor = Contents(await _service.DeliverAsync(Message.Query(successor)));

        var answers = await Task.WhenAll(Enumerable.Range(0, AtOnce)
            .Select(i => _service.DeliverAsync(Message.Query(i % 2 == 0 ? old : other))));

        Assert.That(ofSuccessor, Is.Not.Empty);
        Assert.That(answers.Select(Contents), Is.EqualTo(Enumerable.Range(0, AtOnce).Select(i => i % 2 == 0 ? ofSuccessor : "other")));
    }

    [Test]
    public async Task An_ID_that_many_sources_use_is_answered_with_all_of_them_newest_first()
    {
        var id = Message.NewDocumentId();
        var noon = new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
        foreach (var i in Enumerable.Range(0, 20))
        {
            await _service.DeliverAsync(Message.New(Message.NewSource(), id, noon.AddMinutes(i), content: $"{i}"));
        }

        var answer = await _service.DeliverAsync(Message.Query(id));

        Assert.That(Contents(answer), Is.EqualTo(string.Join(' ', Enumerable.Range(0, 20).Reverse())));
    }

    [Test]
    public async Task A_file_too_large_to_come_along_comes_all_the_same()
    {
        var (source, id) = (Message.NewSource(), Message.NewDocumentId());
        var content = new string('x', 100_000);
        await _service.DeliverAsync(Message.New(source, id, content: content));

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _service.DeliverAsync(Message.Query(id))));

        Assert.That(answers.Select(Contents), Is.All.EqualTo(content));
    }

    [Test]
    public async Task When_their_session_is_ended_under_them_all_are_answered_by_another()
    {
        var connectionString = await TestDatabase.CreateAsync();
        await using var service = await RunningService.StartAsync(connectionString);
        await using var database = NpgsqlDataSource.Create(connectionString);
        var (source, id) = (Message.NewSource(), Message.NewDocumentId());
        await service.DeliverAsync(Message.New(source, id, content: "still here"));

        for (var round = 0; round < 5; round++)
        {
            var asking = Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => service.DeliverAsync(Message.Query(id))));
            await using (
                var end = database.CreateCommand("select pg_terminate_backend(pid) from pg_stat_activity where datname = "
                    + "current_database() and pid <> pg_backend_pid()"))
            {
                await end.ExecuteNonQueryAsync();
            }

            Assert.That((await asking).Select(Contents), Is.All.EqualTo("still here"));
        }
    }

    private static string Contents(Answer answer) => string.Join(
        ' ',
        answer.Json["Media"]!.Select(item => System.Text.Encoding.UTF8.GetString(Convert.FromBase64String((string)item["FileContents"]!))));
}
