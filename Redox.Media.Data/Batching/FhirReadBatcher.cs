using Npgsql;
using NpgsqlTypes;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Fhir;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Sql;
using Redox.Media.Data.Stores;

namespace Redox.Media.Data.Batching;

/// <summary>What a FHIR read found, if anything.</summary>
internal sealed record FhirReadResult(FoundMedia? Media);

/// <summary>A FHIR read, and the row that it leaves.</summary>
internal sealed class FhirReadRequest(FhirRead read, Delivery delivery)
{
    public FhirRead Read => read;

    public DeliveryRow Row { get; } = new(delivery);

    /// <summary>The only sources whose documents it may see; null for all.</summary>
    public string[]? VisibleSources { get; } = read.VisibleSources?.Select(PgText.Encode).ToArray();
}

/// <summary>FHIR reads: one document or one version, by its id.</summary>
internal sealed class FhirReadBatcher(NpgsqlDataSource database, DatabaseResilience resilience, TimeProvider time)
    : ReadBatcher<FhirReadRequest, FhirReadResult>(database, resilience, time)
{
    private const int NoBytesAlong = -1;

    /// <summary>Asks for one alone, and says what is wrong.</summary>
    public static async Task<FoundMedia?> AskAloneAsync(NpgsqlConnection connection, FhirReadRequest question, CancellationToken cancellation) =>
        (await ReadAsync(connection, [question], cancellation))[0].Media;

    protected override async Task<FhirReadResult?[]> AskTogetherAsync(
        NpgsqlConnection connection, IReadOnlyList<FhirReadRequest> questions, CancellationToken cancellation) =>
        await ReadAsync(connection, questions, cancellation);

    private static async Task<FhirReadResult[]> ReadAsync(
        NpgsqlConnection connection, IReadOnlyList<FhirReadRequest> questions, CancellationToken cancellation)
    {
        var sources = Columns.Parts(questions, question => question.VisibleSources, NpgsqlDbType.Text);
        await using var command = Statements.AnswerReads.On(
            connection,
            [
                .. DeliveryRow.ParametersOf([.. questions.Select(question => question.Row)]),
                ("place", Parameter.Of(Enumerable.Range(0, questions.Count).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Integer)),
                ("document_shard", Columns.Of(questions, question => question.Read.Id.Shard, NpgsqlDbType.Bigint)),
                ("first_key", Columns.Of(questions, question => question.Read.Id.FirstKey, NpgsqlDbType.Uuid)),
                ("last_key", Columns.Of(questions, question => question.Read.Id.LastKey, NpgsqlDbType.Uuid)),
                ("version", Columns.Of(questions, question => question.Read.Version?.Value, NpgsqlDbType.Uuid)),
                ("max_inline_bytes", Columns.Of(questions, question => question.Read.WithContent ? InlineLimits.MaxBytes : NoBytesAlong, NpgsqlDbType.Integer)),
                ("sources", sources.Values),
                ("sources_from", sources.From),
                ("sources_to", sources.To),
            ]);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var answers = new FhirReadResult[questions.Count];
        Array.Fill(answers, new FhirReadResult(null));
        while (await reader.ReadAsync(cancellation))
        {
            answers[reader.GetInt32(MediaRow.Columns)] = new FhirReadResult(MediaRow.Read(reader));
        }

        return answers;
    }
}
