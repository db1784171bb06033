using System.Globalization;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;

namespace Redox.Media.Core.Audit;

/// <summary>
/// Turns stored events into records: one for each patient of an event, as IHE's profiles require. A question that names patients or
/// documents gets the records about those, and not what else the same access returned.
/// </summary>
public sealed class AuditExpansion(IAuditSearch search, AuditQuestion question, AuditReader reader)
{
    public async Task<AuditRecords> ExpandAsync(IReadOnlyList<RecordedEvent> events, CancellationToken cancellation)
    {
        var accesses = events.Select(one => one.Access).OfType<AuditEvent>().ToList();
        var documents = await search.DescribeAsync([.. accesses.SelectMany(access => access.Documents).Distinct()], cancellation);
        var deliveries = await search.DescribeAsync([.. accesses.SelectMany(access => access.DeliveryIds).Distinct()], cancellation);
        var records = new List<AuditRecord>();
        var hidden = 0;
        foreach (var one in events)
        {
            if (one.Access is { } access)
            {
                hidden += Expand(one, access, documents, deliveries, records);
            }
            else
            {
                records.Add(new AuditRecord { Id = one.Id, Event = one });
            }
        }

        return new AuditRecords(records, hidden);
    }

    // Returns how many records are hidden.
    private int Expand(
        RecordedEvent recorded, AuditEvent access, IReadOnlyDictionary<SeenDocument, AuditDocument> documents,
        IReadOnlyDictionary<DeliveryId, AuditDelivery> deliveries, List<AuditRecord> records)
    {
        var hidden = 0;
        var visibleDeliveries = access.DeliveryIds.Where(id => reader.Sees(deliveries.GetValueOrDefault(id)?.Source ?? "")).ToList();
        var groups = AuditGroups.Of(access, documents, question.Patients);
        for (var at = 0; at < groups.Count; at++)
        {
            var group = groups[at];
            if (!IsAskedFor(group))
            {
                continue;
            }

            var visible = group.Documents.Where(document => reader.Sees(documents.GetValueOrDefault(document)?.Source ?? "")).ToList();
            if (group.Documents.Count + access.DeliveryIds.Count > 0 && visible.Count + visibleDeliveries.Count == 0)
            {
                hidden++;
                continue;
            }

            records.Add(new AuditRecord
            {
                Id = at == 0 ? recorded.Id : Digest.Key('A', recorded.Id.ToString(), at.ToString(CultureInfo.InvariantCulture)),
                Event = recorded,
                Patient = Patient(group),
                Documents = visible,
                Deliveries = [.. visibleDeliveries.Select(id => (id, deliveries.GetValueOrDefault(id)?.LogId))],
                Criteria = reader.SeesPhi ? access.Criteria : null,
            });
        }

        return hidden;
    }

    private bool IsAskedFor(AuditGroup group) =>
        (question.Patients is null || group.Keys.Overlaps(question.Patients.Keys))
        && (question.Documents is null || group.Documents.Exists(seen => question.Documents.Contains(seen.Document)));

    // The identifier that the question names, if it names one; else the medical record number, the record's own ID, or any.
    private AuditPatient? Patient(AuditGroup group)
    {
        if (group.Keys.Count == 0)
        {
            return null;
        }

        if (question.Patients is { } named)
        {
            var known = group.Identifiers.Find(one => named.ContainsKey(one.Key));
            return known.Key != default
                ? new AuditPatient(known.Identifier, known.Source)
                : new AuditPatient(named[group.Keys.First(named.ContainsKey)], null);
        }

        if (group.Identifiers.Count == 0)
        {
            return new AuditPatient(null, null);
        }

        var (_, identifier, source) = group.Identifiers
            .OrderBy(one => one.Identifier.IdType?.ToUpperInvariant() switch { "MR" => 0, "EHRID" => 1, _ => 2 }).First();
        return reader.SeesPhi ? new AuditPatient(identifier, source) : new AuditPatient(null, null, IsWithheld: true);
    }
}
