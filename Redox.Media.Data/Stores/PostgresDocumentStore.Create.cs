using Npgsql;
using Redox.Media.Core.Audit;
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
    public async Task<ConditionalCreation> CreateUnlessFoundAsync(
        DocumentEvent documentEvent, FhirSearch condition, CancellationToken cancellation)
    {
        try
        {
            return await TryCreateAsync(documentEvent, condition, cancellation);
        }
        catch (StoreUnavailableException exception) when (!exception.IsKnownUnchanged)
        {
            // A delivery that found documents names none of them: the client repeats it.
            if (await FindOwnAsync(documentEvent.Delivery.Id, exception) is { Outcome: Outcome.Created or Outcome.Duplicate } own)
            {
                return new ConditionalCreation(own.Outcome, null, own.LastUpdated);
            }

            throw;
        }
    }

    private Task<ConditionalCreation> TryCreateAsync(DocumentEvent e, FhirSearch condition, CancellationToken cancellation) =>
        resilience.RunAsync(
            async (connection, call, token) =>
            {
                await using var transaction = await connection.BeginTransactionAsync(token);
                var creation = await CreateAsync(connection, e, condition with { Count = 2 }, call, token);
                if (creation.Outcome != Outcome.Refused)
                {
                    await Commit.ExecuteAsync(connection);
                }

                return creation;
            },
            cancellation,
            e.Message.Abandon,
            large.TurnsFor(e.Message.Content?.Length));

    private static async Task<ConditionalCreation> CreateAsync(
        NpgsqlConnection connection, DocumentEvent e, FhirSearch condition, DatabaseCall call, CancellationToken cancellation)
    {
        var delivery = e.Delivery;
        if (await LockConditionsAsync(connection, e, condition, cancellation) is null)
        {
            var page = await UseIndexAsync(connection, condition, delivery, record: false, cancellation)
                ?? throw new ArgumentException("The condition has no selective criterion.", nameof(condition));
            if (page.Found.Count > 0)
            {
                var recorded = delivery with { DocumentId = null, ContentLength = null };
                var outcome = page.Found.Count == 1 ? Outcome.Exists : Outcome.SeveralMatches;
                Violation[] violations = page.Found.Count == 1 ? [] : [new Violation("If-None-Exist", "finds more than one document")];
                await using var insert = new NpgsqlBatch(connection)
                {
                    BatchCommands =
                    {
                        AuditRow.Insert(Found(delivery, page.Found, violations)), DeliveryRow.Insert(recorded, outcome, violations),
                    },
                };
                await insert.ExecuteNonQueryAsync(cancellation);
                return new ConditionalCreation(outcome, page.Found.Count == 1 ? page.Found[0] : null);
            }
        }

        var row = new EventRow(e);
        await DocumentWriter.LockAsync(connection, row, cancellation);
        var (applied, lastUpdated) = await DocumentWriter.ApplyAsync(connection, row, call, cancellation);
        return new ConditionalCreation(applied, null, lastUpdated);
    }

    // Of several, of which at most two are known, none is disclosed but that there are several.
    private static AuditEvent Found(Delivery delivery, IReadOnlyList<MediaKey> found, IReadOnlyList<Violation> violations) =>
        AuditRow.Of(
            delivery with { Access = delivery.Access ?? new AccessRequest(AuditAct.ConditionalCreate) },
            found.Count == 1 ? AuditOutcome.Success : AuditOutcome.Refused,
            violations)! with
        {
            Documents = found is [var one] ? [new SeenDocument(one.Document, one.Version)] : [],
        };

    /// <summary>
    /// Returns the delivery that has created the document before, if any: this one itself, whose acknowledgement was lost, or the one that
    /// it repeats. It may not meet the condition any more.
    /// </summary>
    private static async Task<DeliveryId?> LockConditionsAsync(
        NpgsqlConnection connection, DocumentEvent e, FhirSearch condition, CancellationToken cancellation)
    {
        var keys = FhirSearchCommand.ConditionKeys(condition);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                Statements.LockConditions.With(
                    ("shard_keys", Parameter.Longs([.. keys.Select(key => key.Shard)])),
                    ("condition_keys", Parameter.Uuids(keys.Select(key => key.Key))),
                    ("delivery_id", Parameter.Uuid(e.Delivery.Id.Value))),
                Statements.FindApplied.With(AppliedKeys(e)),
            },
        };
        return await batch.ExecuteScalarAsync(cancellation) is Guid applied ? new DeliveryId(applied) : null;
    }
}
