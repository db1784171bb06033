using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>What the audit's keys mean: sources, identifiers of patients, log IDs.</summary>
internal sealed partial class PostgresAuditSearch
{
    /// <summary>Messages that are read to learn the types of a patient's ID. Those of one site have the same.</summary>
    private const int MaxMessages = 200;

    /// <summary>Documents of which one statement reads the messages.</summary>
    private const int DocumentsAtATime = 500;

    public async Task<IReadOnlyDictionary<SeenDocument, AuditDocument>> DescribeAsync(
        IReadOnlyCollection<SeenDocument> documents, CancellationToken cancellation)
    {
        var described = new Dictionary<SeenDocument, AuditDocument>();
        foreach (var part in documents.Distinct().Chunk(DocumentsAtATime))
        {
            var rows = await ReadAsync(
                Statements.FindSeenDocuments,
                [
                    ("shards", Parameter.Longs([.. part.Select(document => document.Document.Shard)])),
                    ("keys", Parameter.Uuids(part.Select(document => document.Document.Key))),
                    ("versions", Columns.Of(part, document => document.Version?.Value, NpgsqlDbType.Uuid)),
                ],
                ReadDocument,
                cancellation);
            rows.ForEach(row => described[row.Document] = row.Description);
        }

        return described;
    }

    public async Task<IReadOnlyDictionary<DeliveryId, AuditDelivery>> DescribeAsync(
        IReadOnlyCollection<DeliveryId> deliveries, CancellationToken cancellation)
    {
        var described = new Dictionary<DeliveryId, AuditDelivery>();
        foreach (var part in deliveries.Distinct().Chunk(DocumentsAtATime))
        {
            var rows = await ReadAsync(
                Statements.FindSeenDeliveries,
                [
                    ("shards", Parameter.Longs([.. part.Select(delivery => delivery.Shard)])),
                    ("ids", Parameter.Uuids(part.Select(delivery => delivery.Value))),
                ],
                row => (Id: new DeliveryId(row.GetGuid(0)), Delivery: new AuditDelivery(AuditRows.Text(row, 1)!, AuditRows.Text(row, 2))),
                cancellation);
            rows.ForEach(row => described[row.Id] = row.Delivery);
        }

        return described;
    }

    public async Task<IReadOnlyList<string?>> FindIdTypesAsync(string patientId, CancellationToken cancellation)
    {
        var messages = await ReadAsync(
            Statements.FindPatientMessages,
            [("patient_id", Parameter.Uuid(LookupKey.PatientId(patientId))), ("count", Parameter.Int(MaxMessages))],
            row => Identifiers(row.GetFieldValue<byte[]>(0)),
            cancellation);
        return [.. messages.SelectMany(identifiers => identifiers).Where(identifier => identifier.Id == patientId)
            .Select(identifier => identifier.IdType).Distinct()];
    }

    public async Task<IReadOnlyList<DocumentKey>> FindDocumentsAsync(FhirId id, CancellationToken cancellation) =>
        await ReadAsync(
            Statements.FindDocumentKeys,
            [
                ("shard_key", Parameter.Long(id.Shard)), ("first_key", Parameter.Uuid(id.FirstKey)),
                ("last_key", Parameter.Uuid(id.LastKey)),
            ],
            row => new DocumentKey(row.GetInt64(0), row.GetGuid(1)),
            cancellation);

    private static (SeenDocument Document, AuditDocument Description) ReadDocument(NpgsqlDataReader row)
    {
        var version = row.IsDBNull(2) ? (DeliveryId?)null : new DeliveryId(row.GetGuid(2));
        var document = new SeenDocument(new DocumentKey(row.GetInt64(0), row.GetGuid(1)), version);
        var patient = row.IsDBNull(4) ? [] : Identifiers(row.GetFieldValue<byte[]>(4));
        return (document, new AuditDocument(AuditRows.Text(row, 3)!, patient));
    }

    // An event that only deletes or supersedes may name no patient.
    private static IReadOnlyList<PatientIdentifier> Identifiers(byte[] message)
    {
        using var json = JsonDocument.Parse(message, new JsonDocumentOptions { MaxDepth = int.MaxValue });
        return PatientIdentifier.ReadAll(json.RootElement);
    }
}
