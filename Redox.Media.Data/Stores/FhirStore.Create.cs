using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir;
using Redox.Media.Core.Fhir.Search;
using Redox.Media.Core.Validation;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>The conditional create.</summary>
internal sealed partial class FhirStore
{
    public Task<ConditionalCreation> CreateUnlessFoundAsync(DocumentEvent documentEvent, FhirSearch condition, CancellationToken cancellation) =>
        resilience.RunAsync(
            async token =>
            {
                await using var connection = await database.OpenConnectionAsync(token);
                await using var transaction = await connection.BeginTransactionAsync(token);
                var creation = await CreateAsync(connection, documentEvent, condition with { Count = 2 }, token);
                await transaction.CommitAsync(token);
                return creation;
            },
            cancellation,
            documentEvent.Message.Abandon);

    private static async Task<ConditionalCreation> CreateAsync(
        NpgsqlConnection connection, DocumentEvent e, FhirSearch condition, CancellationToken cancellation)
    {
        var delivery = e.Delivery;
        var (shard, key) = FhirSearchCommand.ConditionKey(condition);
        await using (var wait = Statements.LockCondition.On(
            connection, ("shard_key", Parameter.Long(shard)), ("condition_key", Parameter.Uuid(key)), ("delivery_id", Parameter.Uuid(delivery.Id.Value))))
        {
            await wait.ExecuteNonQueryAsync(cancellation);
        }

        var page = await LeadAsync(connection, condition, delivery, leaveRow: false, cancellation)
            ?? throw new ArgumentException("The condition leads nowhere in particular.", nameof(condition));
        if (page.Found.Any(found => found.Version == delivery.Id))
        {
            return new ConditionalCreation(0, null); // our own earlier try, whose acknowledgement was lost
        }

        if (page.Found.Count > 0)
        {
            var asked = delivery with { DocumentId = null, ContentLength = null };
            var outcome = page.Found.Count == 1 ? Outcome.Exists : Outcome.SeveralMatches;
            Violation[] violations = page.Found.Count == 1 ? [] : [new Violation("If-None-Exist", "finds more than one document")];
            await using var insert = new NpgsqlBatch(connection) { BatchCommands = { DeliveryRow.Insert(asked, outcome, violations) } };
            await insert.ExecuteNonQueryAsync(cancellation);
            return new ConditionalCreation(page.Found.Count, page.Found.Count == 1 ? page.Found[0] : null);
        }

        var row = new EventRow(e);
        await DocumentWriter.LockAsync(connection, row, cancellation);
        await DocumentWriter.ApplyAsync(connection, row, cancellation);
        return new ConditionalCreation(0, null);
    }
}
