using System.Text.Json;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir.Mapping;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Audit;

/// <summary>
/// The identifiers of patients in the criteria of an event: <c>Patients[].Identifiers[]</c> of a Media.Query, or the parameters of a FHIR
/// search. The row has their keys only.
/// </summary>
internal static class AskedPatients
{
    /// <summary>The identifiers of each patient; of a FHIR search the identifiers that a value can mean.</summary>
    public static IEnumerable<IReadOnlyList<PatientIdentifier>> Read(string? criteria) =>
        criteria is null ? []
        : criteria.AsSpan().TrimStart().StartsWith("{", StringComparison.Ordinal) ? OfMessage(criteria)
        : OfRequest(criteria);

    private static List<IReadOnlyList<PatientIdentifier>> OfMessage(string criteria)
    {
        try
        {
            using var message = JsonDocument.Parse(criteria, JsonText.DocumentOptions);
            return [.. JsonText.Elements(message.RootElement, "Patients"u8).Select(patient =>
                (IReadOnlyList<PatientIdentifier>)[.. JsonText.Elements(patient, "Identifiers"u8)
                    .Select(PatientIdentifier.Read).OfType<PatientIdentifier>()])];
        }
        catch (JsonException)
        {
            return []; // shortened
        }
    }

    private static IEnumerable<IReadOnlyList<PatientIdentifier>> OfRequest(string criteria) =>
        criteria.Split('?', 2)[^1].Split('&').Select(pair => pair.Split('=', 2))
            .Where(pair => pair is [var name, _] && IsOfPatient(name))
            .SelectMany(pair => Uri.UnescapeDataString(pair[1].Replace('+', ' ')).Split(','))
            .Select(Meanings);

    private static List<PatientIdentifier> Meanings(string value)
    {
        var id = value[(value.LastIndexOfAny(['|', '/']) + 1)..];
        List<string?> types = [null, .. AuditPatients.UsualTypes];
        if (value.Split('|', 2) is [{ Length: > 0 } system, _])
        {
            types.Add(AuditPatients.TypeOf(system));
        }

        return [new PatientIdentifier(value, FhirNames.ReferenceIdType), .. types.Select(type => new PatientIdentifier(id, type))];
    }

    private static bool IsOfPatient(string name) =>
        Uri.UnescapeDataString(name) is var plain
        && (plain.StartsWith("patient", StringComparison.Ordinal) || plain.StartsWith("subject", StringComparison.Ordinal));
}
