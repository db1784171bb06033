using Npgsql;
using NpgsqlTypes;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Queries;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Sql;
using Redox.Media.Data.Stores;

namespace Redox.Media.Data.Batching;

/// <summary>A query by one DocumentID, and its delivery.</summary>
internal sealed class QueryRequest(DocumentQuery query, Delivery delivery)
{
    public DeliveryRow Row { get; } = new(delivery);

    public string? Rule { get; } = PgText.EncodeAny(query.Rule);

    public Guid DocumentIdKey { get; } = LookupKey.DocumentId(query.DocumentIds![0]);

    public bool Test => query.Test;

    /// <summary>The sources whose documents are visible, as an array literal; null for all.</summary>
    public string? VisibleSources { get; } = Parameter.Literal(query.VisibleSources?.Select(PgText.Encode));
}

/// <summary>Batches queries that have one DocumentID and no other criterion, as most do.</summary>
internal sealed class QueryBatcher(NpgsqlDataSource database, DatabaseResilience resilience, TimeProvider time)
    : ReadBatcher<QueryRequest, IReadOnlyList<FoundDocument>>(database, resilience, time)
{
    public static bool Takes(DocumentQuery query) =>
        query is { DocumentIds: [_], Patients: null, VisitNumbers: null, DocumentTypes: null };

    /// <inheritdoc cref="ReadBatcher{TRequest, TResult}.ReadAsync(TRequest, CancellationToken)"/>
    public Task<IReadOnlyList<FoundDocument>?> ReadAsync(DocumentQuery query, Delivery delivery, CancellationToken cancellation) =>
        ReadAsync(new QueryRequest(query, delivery), cancellation);

    protected override async Task<IReadOnlyList<FoundDocument>?[]> ExecuteAsync(
        NpgsqlConnection connection, IReadOnlyList<QueryRequest> requests, CancellationToken cancellation)
    {
        DeliveryRow[] rows = [.. requests.Select(request => request.Row)];
        await using var command = Statements.QueryBatch.On(
            connection,
            [
                .. DeliveryRow.ParametersOf(rows),
                .. AuditRow.ParametersOf(rows),
                ("query_rule", Columns.Of(requests, request => request.Rule, NpgsqlDbType.Text)),
                ("document_id_key", Columns.Of(requests, request => request.DocumentIdKey, NpgsqlDbType.Uuid)),
                ("test", Columns.Of(requests, request => request.Test, NpgsqlDbType.Boolean)),
                ("sources", Columns.Of(requests, request => request.VisibleSources, NpgsqlDbType.Text)),
                ("max_inline", Parameter.Int(InlineLimits.MaxDocuments)),
                ("max_inline_bytes", Parameter.Long(InlineLimits.MaxBytes)),
            ]);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var places = new Dictionary<Guid, int>(requests.Count);
        for (var place = 0; place < requests.Count; place++)
        {
            places[requests[place].Row.Delivery.Id.Value] = place;
        }

        var results = requests.Select(List<FoundDocument>? (_) => []).ToArray(); // a list of its own for each
        while (await reader.ReadAsync(cancellation))
        {
            var place = places[reader.GetGuid(0)];
            if (reader.GetBoolean(1))
            {
                results[place] = null;
                continue;
            }

            try
            {
                results[place]?.Add(FoundRow.Read(reader, 2));
            }
            catch (IntegrityException)
            {
                results[place] = null; // repeated alone, it fails alone
            }
        }

        return results;
    }
}
