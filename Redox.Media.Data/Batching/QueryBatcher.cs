using Npgsql;
using NpgsqlTypes;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Queries;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Sql;
using Redox.Media.Data.Stores;

namespace Redox.Media.Data.Batching;

/// <summary>A query by one DocumentID: its key, and the row that it leaves.</summary>
internal sealed record QueryRequest(DeliveryRow Row, Guid DocumentIdKey, bool Test);

/// <summary>The query that most partners make: one DocumentID, nothing else.</summary>
internal sealed class QueryBatcher(NpgsqlDataSource database, DatabaseResilience resilience, TimeProvider time)
    : ReadBatcher<QueryRequest, IReadOnlyList<FoundDocument>>(database, resilience, time)
{
    public static bool Takes(DocumentQuery query) =>
        query is { DocumentIds: [_], Patients: null, VisitNumbers: null, DocumentTypes: null, VisibleSources: null };

    /// <inheritdoc cref="ReadBatcher{TQuestion, TAnswer}.AskAsync(TQuestion, CancellationToken)"/>
    public Task<IReadOnlyList<FoundDocument>?> AskAsync(DocumentQuery query, Delivery delivery, CancellationToken cancellation) =>
        AskAsync(new QueryRequest(new DeliveryRow(delivery), LookupKey.DocumentId(query.DocumentIds![0]), query.Test), cancellation);

    protected override async Task<IReadOnlyList<FoundDocument>?[]> AskTogetherAsync(
        NpgsqlConnection connection, IReadOnlyList<QueryRequest> questions, CancellationToken cancellation)
    {
        await using var command = Statements.AnswerQueries.On(
            connection,
            [
                .. DeliveryRow.ParametersOf([.. questions.Select(question => question.Row)]),
                ("document_id_key", Columns.Of(questions, question => question.DocumentIdKey, NpgsqlDbType.Uuid)),
                ("test", Columns.Of(questions, question => question.Test, NpgsqlDbType.Boolean)),
                ("max_inline", Parameter.Int(InlineLimits.MaxDocuments)),
                ("max_inline_bytes", Parameter.Long(InlineLimits.MaxBytes)),
            ]);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var places = new Dictionary<Guid, int>(questions.Count);
        for (var place = 0; place < questions.Count; place++)
        {
            places[questions[place].Row.Delivery.Id.Value] = place;
        }

        var answers = questions.Select(List<FoundDocument>? (_) => []).ToArray(); // a list of its own for each
        while (await reader.ReadAsync(cancellation))
        {
            var place = places[reader.GetGuid(0)];
            if (reader.GetBoolean(1))
            {
                answers[place] = null;
                continue;
            }

            answers[place]!.Add(FoundRow.Read(reader, 2));
        }

        return answers;
    }
}
