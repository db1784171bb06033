using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Queries;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>Chooses the statement that answers a query: the criterion that finds fewest leads, the others narrow.</summary>
internal static class SearchCommand
{
    public static NpgsqlCommand Make(NpgsqlConnection connection, DocumentQuery query, Delivery delivery)
    {
        var patientIds = query.Patients?.Select(p => LookupKey.PatientId(p.Id)).Distinct().ToArray();
        var visits = query.VisitNumbers?.Select(LookupKey.VisitNumber).ToArray();
        var types = query.DocumentTypes?.Select(LookupKey.DocumentType).ToArray();
        (string, SqlValue)[] narrowing =
        [
            .. new DeliveryRow(delivery).Parameters,
            ("test", Parameter.Bool(query.Test)),
            ("max_inline", Parameter.Int(InlineLimits.MaxDocuments)),
            ("max_inline_bytes", Parameter.Long(InlineLimits.MaxBytes)),
            ("sources", Parameter.Texts(query.VisibleSources)),
            ("patient_ids", Parameter.Uuids(patientIds)),
            ("untyped_patient_ids", Parameter.Uuids(query.Patients?.Where(p => p.IdType is null).Select(p => LookupKey.PatientId(p.Id)))),
            ("patient_identifiers", Parameter.Uuids(query.Patients?.Where(p => p.IdType is not null).Select(LookupKey.PatientIdentifier))),
            ("visit_numbers", Parameter.Uuids(visits)),
            ("document_types", Parameter.Uuids(types)),
        ];
        return query.DocumentIds is { } ids
            ? Statements.SearchByDocumentId.On(connection, [.. narrowing, ("document_ids", Parameter.Uuids(ids.Select(LookupKey.DocumentId)))])
            : Statements.SearchByKey.On(connection, [.. narrowing, ("keys", Parameter.Uuids(patientIds ?? visits ?? types))]);
    }
}
