using Npgsql;
using NpgsqlTypes;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>
/// Lets questions in flight share a statement and the commit of the rows they leave, as <see cref="EventGroups"/> does for events: one
/// that finds nobody asking is asked at once and alone; the others are asked together when the answer is there. For the question that
/// most partners ask: one DocumentID, nothing else.
/// </summary>
internal sealed class QuestionGroups(NpgsqlDataSource database)
{
    /// <summary>Askers at work at the same time, each on a connection.</summary>
    private const int MostAskers = 3;

    private const int QuestionsForAnotherAsker = 16;

    private const int MostQuestions = 32;

    /// <summary>Documents that come along with a question.</summary>
    private const int MostAlong = 16;

    /// <summary>Bytes of a file that comes along: what takes long to read should not hold back what does not.</summary>
    private const long BytesAlong = 32 * 1024;

    private readonly Lock _gate = new();
    private readonly Queue<Waiting> _waiting = [];
    private int _askers;

    public static bool Takes(DocumentQuery query) =>
        query is { DocumentIds: [_], Patients: null, VisitNumbers: null, DocumentTypes: null, VisibleSources: null };

    /// <summary>What was found, the row that says so committed; null when the question must be asked by itself, for whatever reason.</summary>
    /// <exception cref="StoreUnavailableException">The database hangs.</exception>
    /// <param name="cancellation">Leaves; the question may be asked, and its row written, all the same.</param>
    public Task<IReadOnlyList<FoundDocument>?> AskAsync(DocumentQuery query, Delivery delivery, CancellationToken cancellation)
    {
        var waiting = new Waiting(query, delivery);
        lock (_gate)
        {
            _waiting.Enqueue(waiting);
            if (_askers < MostAskers && (_askers == 0 || _waiting.Count >= QuestionsForAnotherAsker))
            {
                _askers++;
                _ = AskAsync();
            }
        }

        return waiting.Task.WaitAsync(cancellation);
    }

    private async Task AskAsync()
    {
        await Task.Yield(); // away from the caller's lock
        while (Take() is { Count: > 0 } group)
        {
            try
            {
                await AskAsync(group);
            }
            catch (NpgsqlException exception) when (exception.InnerException is TimeoutException)
            {
                Fail(group, exception);
            }
            catch (Exception)
            {
                // Each by itself then, where what is wrong is looked at.
                group.ForEach(waiting => waiting.TrySetResult(null));
            }
        }
    }

    // One connection for as long as there is work.
    private async Task AskAsync(List<Waiting> group)
    {
        await using var connection = await database.OpenConnectionAsync();
        do
        {
            var answers = await AskAsync(connection, group);
            for (var i = 0; i < group.Count; i++)
            {
                group[i].SetResult(answers[i]);
            }

            group.Clear();
            MoveTo(group);
        }
        while (group.Count > 0);
    }

    // A database that hangs: whoever waited that long, and whoever waited behind them, is told now, and nobody waits twice.
    private void Fail(List<Waiting> group, NpgsqlException exception)
    {
        lock (_gate)
        {
            group.AddRange(_waiting);
            _waiting.Clear();
        }

        var away = DatabaseResilience.Away(exception);
        group.ForEach(waiting => waiting.TrySetException(away));
    }

    // Empty when nothing waits; the asker then goes home.
    private List<Waiting> Take()
    {
        var group = new List<Waiting>();
        lock (_gate)
        {
            MoveTo(group);
            if (group.Count == 0)
            {
                _askers--;
            }
        }

        return group;
    }

    private void MoveTo(List<Waiting> group)
    {
        lock (_gate)
        {
            while (group.Count < MostQuestions && _waiting.TryDequeue(out var waiting))
            {
                group.Add(waiting);
            }
        }
    }

    private static async Task<IReadOnlyList<FoundDocument>?[]> AskAsync(NpgsqlConnection connection, List<Waiting> group)
    {
        await using var command = Statements.AnswerQuestions.On(
            connection,
            [
                .. Columns.Common([.. group.Select(waiting => waiting.Delivery)]),
                ("document_id_key", Columns.Of(group, waiting => SearchKeys.DocumentId(waiting.Query.DocumentIds![0]), NpgsqlDbType.Uuid)),
                ("test", Columns.Of(group, waiting => waiting.Query.Test, NpgsqlDbType.Boolean)),
                ("most_along", Parameter.Int(MostAlong)),
                ("bytes_along", Parameter.Long(BytesAlong)),
            ]);
        await using var reader = await command.ExecuteReaderAsync();
        var answers = group.Select(List<FoundDocument>? (_) => []).ToArray(); // a list of its own for each
        while (await reader.ReadAsync())
        {
            var question = reader.GetGuid(0);
            var place = group.FindIndex(waiting => waiting.Delivery.Id.Value == question);
            if (reader.GetBoolean(1))
            {
                answers[place] = null;
                continue;
            }

            answers[place]!.Add(FoundRow.Read(reader, 2));
        }

        return answers;
    }

    private sealed class Waiting(DocumentQuery query, Delivery delivery)
        : TaskCompletionSource<IReadOnlyList<FoundDocument>?>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public DocumentQuery Query { get; } = query;

        public Delivery Delivery { get; } = delivery;
    }
}
