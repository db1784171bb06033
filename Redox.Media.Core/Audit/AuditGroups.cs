using Redox.Media.Core.Documents;

namespace Redox.Media.Core.Audit;

/// <summary>The documents of an event that belong to one patient, or to none.</summary>
internal sealed class AuditGroup
{
    /// <summary>The keys of the patient's identifiers; empty for documents that name no patient.</summary>
    public HashSet<Guid> Keys { get; } = [];

    /// <summary>In the order of the documents that have them; an identifier that only the request has comes last.</summary>
    public List<(Guid Key, PatientIdentifier Identifier, string? Source)> Identifiers { get; } = [];

    public List<SeenDocument> Documents { get; } = [];

    public void Add(Guid key, PatientIdentifier identifier, string? source)
    {
        if (Keys.Add(key))
        {
            Identifiers.Add((key, identifier, source));
        }
    }
}

/// <summary>
/// Finds the patients of an event: documents that have an identifier in common are of one patient, and so is what was asked for. A key that
/// neither a document nor the criteria explain is of a patient who is not known by name.
/// </summary>
internal static class AuditGroups
{
    public static List<AuditGroup> Of(
        AuditEvent access, IReadOnlyDictionary<SeenDocument, AuditDocument> documents, IReadOnlyDictionary<Guid, PatientIdentifier>? named)
    {
        List<AuditGroup> groups = [];
        AuditGroup? unnamed = null;
        foreach (var document in access.Documents)
        {
            var known = documents.GetValueOrDefault(document);
            var keys = AuditPatients.Keys(known?.Patient ?? []);
            var group = keys.Count > 0 ? Merge(groups, keys.Keys) : unnamed ??= new AuditGroup();
            group.Documents.Add(document);
            foreach (var (key, identifier) in keys)
            {
                group.Add(key, identifier, known!.Source);
            }
        }

        AddAsked(groups, access, named);
        if (unnamed is not null && groups is [{ Documents.Count: 0 } only])
        {
            only.Documents.AddRange(unnamed.Documents); // a version that names no patient, of a document that did
        }
        else if (unnamed is not null || groups.Count == 0)
        {
            groups.Add(unnamed ?? new AuditGroup());
        }

        return groups;
    }

    private static void AddAsked(List<AuditGroup> groups, AuditEvent access, IReadOnlyDictionary<Guid, PatientIdentifier>? named)
    {
        var left = access.PatientKeys.Where(key => !groups.Exists(group => group.Keys.Contains(key))).Distinct().ToList();
        if (left.Count == 0)
        {
            return;
        }

        foreach (var patient in AskedPatients.Read(access.Criteria).Select(AuditPatients.AskedKeys))
        {
            var keys = patient.Where(key => left.Remove(key.Key)).ToList();
            if (keys.Count > 0)
            {
                var group = groups.Find(known => IsOf(known, patient)) ?? New(groups);
                keys.ForEach(key => group.Add(key.Key, key.Value, null));
            }
        }

        if (left.Count == 0)
        {
            return;
        }

        // Nothing tells these apart.
        var rest = New(groups);
        foreach (var key in left)
        {
            if (named?.TryGetValue(key, out var identifier) == true)
            {
                rest.Add(key, identifier, null);
            }
            else
            {
                rest.Keys.Add(key);
            }
        }
    }

    // An ID without a type means that of any type.
    private static bool IsOf(AuditGroup group, IReadOnlyDictionary<Guid, PatientIdentifier> patient) =>
        group.Keys.Overlaps(patient.Keys)
        || group.Identifiers.Exists(known => patient.Values.Any(asked => asked.IdType is null && asked.Id == known.Identifier.Id));

    private static AuditGroup New(List<AuditGroup> groups)
    {
        groups.Add(new AuditGroup());
        return groups[^1];
    }

    private static AuditGroup Merge(List<AuditGroup> groups, IEnumerable<Guid> keys)
    {
        var same = groups.FindAll(group => group.Keys.Overlaps(keys));
        if (same.Count == 0)
        {
            return New(groups);
        }

        foreach (var other in same.Skip(1))
        {
            same[0].Keys.UnionWith(other.Keys);
            same[0].Identifiers.AddRange(other.Identifiers);
            same[0].Documents.AddRange(other.Documents);
            groups.Remove(other);
        }

        return same[0];
    }
}
