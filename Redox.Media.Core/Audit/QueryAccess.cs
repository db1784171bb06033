using Newtonsoft.Json;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Queries;

namespace Redox.Media.Core.Audit;

/// <summary>
/// What a Media.Query asks for: its criteria, written again in the form of the message. Everything else that the message says of a patient
/// is left out.
/// </summary>
public static class QueryAccess
{
    /// <summary>A query whose criteria are not recorded, because it breaks its rules.</summary>
    public static readonly AccessRequest Invalid = new(AuditAct.Query);

    private static readonly JsonSerializerSettings Settings = new() { NullValueHandling = NullValueHandling.Ignore };

    public static AccessRequest Of(DocumentQuery query) => new(AuditAct.Query, Criteria(query))
    {
        PatientKeys = query.Patients is { } patients ? [.. patients.SelectMany(Keys).Distinct()] : [],
    };

    private static IEnumerable<Guid> Keys(PatientIdentifier patient) =>
        [LookupKey.PatientIdentifier(patient), LookupKey.PatientId(patient.Id)];

    private static string Criteria(DocumentQuery query) =>
        query is { DocumentIds: [var id], Patients: null, VisitNumbers: null, DocumentTypes: null }
            ? $"{{\"DocumentIDs\":[{JsonConvert.ToString(id)}]}}" // as most are
            : JsonConvert.SerializeObject(
                new
                {
                    Patients = query.Patients?.Select(patient =>
                        new { Identifiers = new[] { new { ID = patient.Id, IDType = patient.IdType } } }),
                    query.VisitNumbers,
                    query.DocumentTypes,
                    DocumentIDs = query.DocumentIds,
                },
                Settings);
}
