using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir.Mapping;

namespace Redox.Media.Core.Audit;

/// <summary>How patients are named in questions to the audit and in its answers.</summary>
public static class AuditPatients
{
    /// <summary>
    /// The types with which an ID is searched that is given without one, beside none and those that current documents have of it.
    /// </summary>
    public static readonly IReadOnlyList<string> UsualTypes =
        ["MR", "EHRID", "EPI", "NIST", "PI", "PT", "PN", "AN", "MRN", "MC", "MA", "SS", "DL", FhirNames.ReferenceIdType];

    private const string Prefix = "urn:redox:";

    /// <summary>
    /// The system of a patient's IDs of one type from one source: <c>urn:redox:{source}:{IDType}</c>. Either may contain characters that a
    /// URI may not.
    /// </summary>
    public static string System(string? source, string? idType) =>
        $"{Prefix}{Uri.EscapeDataString(Plain(source))}:{Uri.EscapeDataString(Plain(idType))}";

    /// <summary>The IDType of a system that <see cref="System"/> has made; any other system is an IDType.</summary>
    public static string? TypeOf(string system) =>
        system.StartsWith(Prefix, StringComparison.Ordinal) && system.Split(':') is [_, _, _, var type]
            ? type.Length == 0 ? null : Uri.UnescapeDataString(type)
            : system.Length == 0 ? null : system;

    public static IReadOnlyDictionary<Guid, PatientIdentifier> Keys(IEnumerable<PatientIdentifier> identifiers)
    {
        var keys = new Dictionary<Guid, PatientIdentifier>();
        foreach (var identifier in identifiers)
        {
            keys.TryAdd(LookupKey.PatientIdentifier(identifier), identifier);
        }

        return keys;
    }

    /// <summary>The keys under which a request that asks for these is recorded: of any type as well.</summary>
    public static IReadOnlyDictionary<Guid, PatientIdentifier> AskedKeys(IEnumerable<PatientIdentifier> identifiers)
    {
        var keys = new Dictionary<Guid, PatientIdentifier>(Keys(identifiers));
        foreach (var identifier in identifiers)
        {
            keys.TryAdd(LookupKey.PatientId(identifier.Id), identifier);
        }

        return keys;
    }

    private static string Plain(string? text) => FhirJson.ReplaceLoneSurrogates(text ?? "");
}
