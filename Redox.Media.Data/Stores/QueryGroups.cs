using Npgsql;
using NpgsqlTypes;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>The query that most partners make: one DocumentID, nothing else.</summary>
internal sealed class QueryGroups(NpgsqlDataSource database)
    : QuestionGroups<(DocumentQuery Query, Delivery Delivery), IReadOnlyList<FoundDocument>>(database)
{
    public static bool Takes(DocumentQuery query) =>
        query is { DocumentIds: [_], Patients: null, VisitNumbers: null, DocumentTypes: null, VisibleSources: null };

    protected override async Task<IReadOnlyList<FoundDocument>?[]> AskTogetherAsync(
        NpgsqlConnection connection, IReadOnlyList<(DocumentQuery Query, Delivery Delivery)> questions)
    {
        await using var command = Statements.AnswerQueries.On(
            connection,
            [
                .. Columns.Common([.. questions.Select(question => question.Delivery)]),
                ("document_id_key", Columns.Of(questions, question => SearchKeys.DocumentId(question.Query.DocumentIds![0]), NpgsqlDbType.Uuid)),
                ("test", Columns.Of(questions, question => question.Query.Test, NpgsqlDbType.Boolean)),
                ("most_along", Parameter.Int(ComingAlong.MostDocuments)),
                ("bytes_along", Parameter.Long(ComingAlong.MostBytes)),
            ]);
        await using var reader = await command.ExecuteReaderAsync();
        var places = new Dictionary<Guid, int>(questions.Count);
        for (var place = 0; place < questions.Count; place++)
        {
            places[questions[place].Delivery.Id.Value] = place;
        }

        var answers = questions.Select(List<FoundDocument>? (_) => []).ToArray(); // a list of its own for each
        while (await reader.ReadAsync())
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
