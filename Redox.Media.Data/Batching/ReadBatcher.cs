using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Data.Resilience;

namespace Redox.Media.Data.Batching;

/// <summary>
/// Lets questions in flight share a statement and the commit of the rows they leave, as <see cref="WriteBatcher"/> does for events: one
/// that finds nobody asking is asked at once and alone; the others are asked together when the answer is there.
/// </summary>
/// <typeparam name="TQuestion">What is asked, and the delivery that asks.</typeparam>
/// <typeparam name="TAnswer">What is found; null says that the question must be asked by itself.</typeparam>
internal abstract class ReadBatcher<TQuestion, TAnswer>(NpgsqlDataSource database, DatabaseResilience resilience, TimeProvider time)
    where TAnswer : class
{
    /// <summary>Askers at work at the same time, each on a connection.</summary>
    private const int MaxAskers = 3;

    /// <summary>Questions that wait before another asker starts. Figures in docs/decisions/0011.</summary>
    private const int QuestionsForAnotherAsker = 24;

    private const int MaxQuestions = 32;

    private readonly Lock _gate = new();
    private readonly Queue<Waiting> _waiting = [];
    private int _askers;

    /// <summary>What was found, the row that says so committed; null when the question must be asked by itself, for whatever reason.</summary>
    /// <exception cref="StoreUnavailableException">The database hangs.</exception>
    /// <param name="cancellation">Leaves; the question may be asked, and its row written, all the same.</param>
    public Task<TAnswer?> AskAsync(TQuestion question, CancellationToken cancellation)
    {
        var waiting = new Waiting(question);
        lock (_gate)
        {
            _waiting.Enqueue(waiting);
            if (_askers < MaxAskers && (_askers == 0 || _waiting.Count >= QuestionsForAnotherAsker))
            {
                _askers++;
                _ = AskWhileAnyWaitAsync();
            }
        }

        return WaitAsync(waiting, cancellation);
    }

    /// <summary>Asks in one statement and one commit.</summary>
    /// <returns>The answers in the order of the questions.</returns>
    protected abstract Task<TAnswer?[]> AskTogetherAsync(
        NpgsqlConnection connection, IReadOnlyList<TQuestion> questions, CancellationToken cancellation);

    // Twice the limit of a call: one that is at work when the question comes, and its own.
    private async Task<TAnswer?> WaitAsync(Waiting waiting, CancellationToken cancellation)
    {
        try
        {
            return await waiting.Task.WaitAsync(2 * resilience.CallTimeout, time, cancellation);
        }
        catch (TimeoutException exception)
        {
            throw DatabaseResilience.Away(exception);
        }
    }

    private async Task AskWhileAnyWaitAsync()
    {
        await Task.Yield(); // away from the caller's lock
        while (Take() is { Count: > 0 } group)
        {
            try
            {
                await AskGroupsAsync(group);
            }
            catch (Exception exception) when (PostgresErrors.IsHanging(exception))
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

    // One connection for as long as there is work. The next questions are on their way before the last are answered.
    private async Task AskGroupsAsync(List<Waiting> group)
    {
        await using var session = new DatabaseSession(database, resilience);
        var asking = AskTogetherAsync(session, group);
        while (group.Count > 0)
        {
            var answers = await asking;
            var answered = group.ToArray();
            group.Clear();
            MoveTo(group);
            if (group.Count > 0)
            {
                asking = AskTogetherAsync(session, group);
            }

            for (var i = 0; i < answered.Length; i++)
            {
                answered[i].SetResult(answers[i]);
            }
        }
    }

    private Task<TAnswer?[]> AskTogetherAsync(DatabaseSession session, List<Waiting> group)
    {
        var questions = group.Select(waiting => waiting.Question).ToArray();
        return session.RunAsync((connection, token) => AskTogetherAsync(connection, questions, token), null, CancellationToken.None);
    }

    // A database that hangs: whoever waited that long, and whoever waited behind them, is told now, and nobody waits twice.
    private void Fail(List<Waiting> group, Exception exception)
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
            while (group.Count < MaxQuestions && _waiting.TryDequeue(out var waiting))
            {
                group.Add(waiting);
            }
        }
    }

    private sealed class Waiting(TQuestion question) : TaskCompletionSource<TAnswer?>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public TQuestion Question { get; } = question;
    }
}
