using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir.Mapping;

namespace Redox.Media.Core.Fhir.Search;

/// <summary>Makes the criteria of a search from the values of its parameters; a document needs to match one of the values.</summary>
public static class FhirCriteria
{
    /// <summary>The types of resources that a subject may be. Source: FHIR R4, Media.subject.</summary>
    public static readonly IReadOnlyList<string> Subjects =
        ["Patient", "Practitioner", "PractitionerRole", "Group", "Device", "Specimen", "Location"];

    /// <summary><c>patient</c>, <c>subject</c> and <c>encounter</c> by reference: an id, <c>Type/id</c> or a URL.</summary>
    /// <param name="parameter">subject or encounter.</param>
    /// <param name="types">The types of resources; null for all that a subject may be.</param>
    public static FhirCriterion Reference(
        string parameter, IEnumerable<string> values, IReadOnlyList<string>? types, string serviceBase)
    {
        var references = values.Select(value => FhirReference.Normal(value, serviceBase))
            .SelectMany(value => value.Contains('/', StringComparison.Ordinal) || value.Contains(':', StringComparison.Ordinal)
                ? types is null || FhirReference.TypeOf(value) is not { } type || types.Contains(type) ? [value] : []
                : (types ?? Subjects).Select(type => type + "/" + value))
            .ToList();
        return new FhirCriterion(
            [.. references.Select(reference => FhirKeys.Reference(parameter, reference)).Distinct()], [], IsSelective: true)
        {
            PatientKeys = parameter == "encounter" ? [] : [.. references
                .Where(reference => reference.StartsWith("Patient/", StringComparison.Ordinal))
                .Select(reference => LookupKey.PatientIdentifier(new(reference["Patient/".Length..], FhirNames.ReferenceIdType)))],
        };
    }

    /// <summary>The same parameters with <c>:identifier</c>. The IDs of a document from Redox have no system.</summary>
    public static FhirCriterion ReferenceIdentifier(string parameter, IEnumerable<FhirToken> tokens)
    {
        var all = tokens.ToList();
        var own = all.Where(token => string.IsNullOrEmpty(token.System)).Select(token => token.Code);
        return new FhirCriterion(
            [.. all.Select(token => Key(parameter + ":identifier", token))],
            [.. own.Select(code => parameter == "encounter" ? LookupKey.VisitNumber(code) : LookupKey.PatientId(code))],
            IsSelective: true)
        {
            PatientKeys = parameter == "encounter" ? [] : [.. all.SelectMany(PatientKeys).Distinct()],
        };
    }

    /// <summary>The identifiers of resources, and DocumentIDs.</summary>
    public static FhirIdentifiers Identifiers(IEnumerable<FhirToken> tokens)
    {
        var all = tokens.ToList();
        return new FhirIdentifiers(
            [.. all.Select(token => Key("identifier", token))],
            [.. all.Where(token => token.System is null || FhirNames.SourceOf(token.System) is not null)
                .Select(token => (LookupKey.DocumentId(token.Code), token.System is null ? null : FhirNames.SourceOf(token.System)))],
            [.. all.Select(token => FhirKeys.Code("identifier", token.Code))]);
    }

    /// <summary>Documents from Redox are completed, and so are most resources: only another status is selective.</summary>
    public static FhirCriterion Status(IEnumerable<string> codes)
    {
        var all = codes.ToList();
        var isCompleted = all.Contains(FhirNames.Completed);
        return new FhirCriterion(
            [.. all.Select(code => FhirKeys.Code("status", code))], [], AnyRedox: isCompleted, IsUsuallySelective: !isCompleted);
    }

    public static FhirCriterion Type(IEnumerable<FhirToken> tokens)
    {
        var all = tokens.ToList();
        return new FhirCriterion(
            [.. all.Select(token => Key("type", token))],
            [.. all.Where(token => token.System is null or FhirNames.MediaTypeSystem).Select(token => FhirKeys.RedoxType(token.Code))]);
    }

    // An identifier without a type of its own has its system as the type (FhirToRedoxMapper).
    private static IEnumerable<Guid> PatientKeys(FhirToken token) =>
        [LookupKey.PatientId(token.Code), LookupKey.PatientIdentifier(new(token.Code, token.System))];

    private static Guid Key(string parameter, FhirToken token) =>
        token.System is null ? FhirKeys.Code(parameter, token.Code) : FhirKeys.Token(parameter, token.System, token.Code);
}

/// <summary>A token of a search.</summary>
/// <param name="System">Null for any system; empty for tokens without one.</param>
/// <param name="Code">The code or the value.</param>
public readonly record struct FhirToken(string? System, string Code);
