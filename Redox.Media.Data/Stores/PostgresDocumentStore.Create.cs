using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir;
using Redox.Media.Core.Fhir.Search;
using Redox.Media.Core.Validation;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>The conditional create.</summary>
internal sealed partial class PostgresDocumentStore
{
    public Task<ConditionalCreation> CreateUnlessFoundAsync(
        DocumentEvent documentEvent, FhirSearch condition, CancellationToken cancellation) =>
        resilience.RunAsync(
            async (connection, call, token) =>
            {
                await using var transaction = await connection.BeginTransactionAsync(token);
                var creation = await CreateAsync(connection, documentEvent, condition with { Count = 2 }, call, token);
                await Commit.ExecuteAsync(connection);
                return creation;
            },
            cancellation,
            documentEvent.Message.Abandon,
            large.TurnsFor(documentEvent.Message.Content?.Length));

    private static async Task<ConditionalCreation> CreateAsync(
        NpgsqlConnection connection, DocumentEvent e, FhirSearch condition, DatabaseCall call, CancellationToken cancellation)
    {
        var delivery = e.Delivery;
        var (shard, key) = FhirSearchCommand.ConditionKey(condition);
        await using (var lockCondition = Statements.LockCondition.On(
            connection, ("shard_key", Parameter.Long(shard)), ("condition_key", Parameter.Uuid(key)),
                ("delivery_id", Parameter.Uuid(delivery.Id.Value))))
        {
            await lockCondition.ExecuteNonQueryAsync(cancellation);
        }

        var page = await UseIndexAsync(connection, condition, delivery, record: false, cancellation)
            ?? throw new ArgumentException("The condition has no selective criterion.", nameof(condition));
        if (page.Found.Any(found => found.Version == delivery.Id))
        {
            return new ConditionalCreation(0, null); // this delivery itself, whose acknowledgement was lost
        }

        if (page.Found.Count > 0)
        {
            var recorded = delivery with { DocumentId = null, ContentLength = null };
            var outcome = page.Found.Count == 1 ? Outcome.Exists : Outcome.SeveralMatches;
            Violation[] violations = page.Found.Count == 1 ? [] : [new Violation("If-None-Exist", "finds more than one document")];
            await using var insert = new NpgsqlBatch(connection) { BatchCommands = { DeliveryRow.Insert(recorded, outcome, violations) } };
            await insert.ExecuteNonQueryAsync(cancellation);
            return new ConditionalCreation(page.Found.Count, page.Found.Count == 1 ? page.Found[0] : null);
        }

        var row = new EventRow(e);
        await DocumentWriter.LockAsync(connection, row, cancellation);
        await DocumentWriter.ApplyAsync(connection, row, call, cancellation);
        return new ConditionalCreation(0, null);
    }
}
