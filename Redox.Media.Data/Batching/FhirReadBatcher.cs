using Npgsql;
using NpgsqlTypes;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir;
using Redox.Media.Core.Fhir.Search;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Sql;
using Redox.Media.Data.Stores;

namespace Redox.Media.Data.Batching;

/// <summary>The document that a FHIR read found; null if none.</summary>
internal sealed record FhirReadResult(FoundMedia? Media);

/// <summary>A FHIR read and its delivery.</summary>
internal sealed class FhirReadRequest(FhirRead read, Delivery delivery)
{
    public FhirRead Read => read;

    public DeliveryRow Row { get; } = new(delivery);

    /// <summary>The sources whose documents are visible; null for all.</summary>
    public string[]? VisibleSources { get; } = read.VisibleSources?.Select(PgText.Encode).ToArray();
}

/// <summary>Batches FHIR reads of one document or one version by id.</summary>
internal sealed class FhirReadBatcher(NpgsqlDataSource database, DatabaseResilience resilience, TimeProvider time)
    : ReadBatcher<FhirReadRequest, FhirReadResult>(database, resilience, time)
{
    private const int NotInline = -1;

    /// <summary>Executes one read by itself, with its errors.</summary>
    public static async Task<FoundMedia?> ReadAloneAsync(
        NpgsqlConnection connection, FhirReadRequest request, CancellationToken cancellation) =>
        (await ReadAsync(connection, [request], isAlone: true, cancellation))[0]!.Media;

    protected override async Task<FhirReadResult?[]> ExecuteAsync(
        NpgsqlConnection connection, IReadOnlyList<FhirReadRequest> requests, CancellationToken cancellation) =>
        await ReadAsync(connection, requests, isAlone: false, cancellation);

    private static async Task<FhirReadResult?[]> ReadAsync(
        NpgsqlConnection connection, IReadOnlyList<FhirReadRequest> requests, bool isAlone, CancellationToken cancellation)
    {
        var sources = Columns.Parts(requests, request => request.VisibleSources, NpgsqlDbType.Text);
        DeliveryRow[] rows = [.. requests.Select(request => request.Row)];
        await using var command = Statements.FhirReadBatch.On(
            connection,
            [
                .. DeliveryRow.ParametersOf(rows),
                .. AuditRow.ParametersOf(rows),
                ("act", Columns.Of(rows, row => AuditNames.Of(row.Delivery.Access?.Act ?? AuditAct.Read), NpgsqlDbType.Text)),
                ("ordinal", Parameter.Of(Enumerable.Range(0, requests.Count).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Integer)),
                ("document_shard", Columns.Of(requests, request => request.Read.Id.Shard, NpgsqlDbType.Bigint)),
                ("first_key", Columns.Of(requests, request => request.Read.Id.FirstKey, NpgsqlDbType.Uuid)),
                ("last_key", Columns.Of(requests, request => request.Read.Id.LastKey, NpgsqlDbType.Uuid)),
                ("version", Columns.Of(requests, request => request.Read.Version?.Value, NpgsqlDbType.Uuid)),
                ("max_inline_bytes", Columns.Of(requests, request =>
                    request.Read.WithContent ? InlineLimits.MaxBytes : NotInline, NpgsqlDbType.Integer)),
                ("sources", sources.Values),
                ("sources_from", sources.From),
                ("sources_to", sources.To),
                ("fhir_key", Parameter.Uuid(FhirSearch.CreatedByFhirKey)),
            ]);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var results = new FhirReadResult?[requests.Count];
        Array.Fill(results, new FhirReadResult(null));
        while (await reader.ReadAsync(cancellation))
        {
            var ordinal = reader.GetInt32(MediaRow.Columns);
            try
            {
                results[ordinal] = new FhirReadResult(MediaRow.Read(reader));
            }
            catch (IntegrityException) when (!isAlone)
            {
                results[ordinal] = null; // repeated alone, it fails alone
            }
        }

        return results;
    }
}
