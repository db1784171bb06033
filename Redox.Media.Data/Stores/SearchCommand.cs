using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Queries;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>Chooses the statement for a query: the most selective criterion uses an index, the others filter.</summary>
internal static class SearchCommand
{
    public static NpgsqlCommand Make(NpgsqlConnection connection, DocumentQuery query, Delivery delivery)
    {
        var patientIds = query.Patients?.Select(p => LookupKey.PatientId(p.Id)).Distinct().ToArray();
        var visits = query.VisitNumbers?.Select(LookupKey.VisitNumber).ToArray();
        var types = query.DocumentTypes?.Select(LookupKey.DocumentType).ToArray();
        (string, SqlValue)[] filters =
        [
            .. new DeliveryRow(delivery).Parameters,
            .. AuditRow.Parameters(delivery),
            ("query_rule", Parameter.Text(query.Rule)),
            ("test", Parameter.Bool(query.Test)),
            ("max_inline", Parameter.Int(InlineLimits.MaxDocuments)),
            ("max_inline_bytes", Parameter.Long(InlineLimits.MaxBytes)),
            ("max_documents", Parameter.Int(query.MaxDocuments)),
            ("sources", Parameter.Texts(query.VisibleSources)),
            ("patient_ids", Parameter.Uuids(patientIds)),
            ("untyped_patient_ids", Parameter.Uuids(query.Patients?.Where(p => p.IdType is null).Select(p => LookupKey.PatientId(p.Id)))),
            ("patient_identifiers", Parameter.Uuids(query.Patients?.Where(p => p.IdType is not null).Select(LookupKey.PatientIdentifier))),
            ("visit_numbers", Parameter.Uuids(visits)),
            ("document_types", Parameter.Uuids(types)),
        ];
        return query.DocumentIds is { } ids
            ? Statements.SearchByDocumentId.On(
                connection, [.. filters, ("document_ids", Parameter.Uuids(ids.Select(LookupKey.DocumentId)))])
            : Statements.SearchByLookupKey.On(connection, [.. filters, ("keys", Parameter.Uuids(patientIds ?? visits ?? types))]);
    }
}
