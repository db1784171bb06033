using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir.Mapping;

namespace Redox.Media.Core.Fhir.Search;

/// <summary>Makes the criteria of a search out of the values of its parameters; each value is one of several, of which any will do.</summary>
public static class FhirCriteria
{
    /// <summary>What a subject may be. Source: FHIR R4, Media.subject.</summary>
    public static readonly IReadOnlyList<string> Subjects = ["Patient", "Practitioner", "PractitionerRole", "Group", "Device", "Specimen", "Location"];

    /// <summary><c>patient</c>, <c>subject</c> and <c>encounter</c> by reference: an id, <c>Type/id</c> or a URL.</summary>
    /// <param name="parameter">subject or encounter.</param>
    /// <param name="types">What an id alone may be of, and what a reference may tell; null for all that a subject may be.</param>
    public static FhirCriterion Reference(string parameter, IEnumerable<string> values, IReadOnlyList<string>? types, string serviceBase) => new(
        [.. values.Select(value => FhirReference.Normal(value, serviceBase))
            .SelectMany(value => value.Contains('/', StringComparison.Ordinal) || value.Contains(':', StringComparison.Ordinal)
                ? types is null || FhirReference.TypeOf(value) is not { } type || types.Contains(type) ? [value] : []
                : (types ?? Subjects).Select(type => type + "/" + value))
            .Select(reference => FhirKeys.Reference(parameter, reference))],
        [],
        IsSelective: true);

    /// <summary>The same by identifier. What came from Redox has its IDs without a system.</summary>
    public static FhirCriterion ReferenceIdentifier(string parameter, IEnumerable<FhirToken> tokens)
    {
        var all = tokens.ToList();
        var own = all.Where(token => string.IsNullOrEmpty(token.System)).Select(token => token.Code);
        return new FhirCriterion(
            [.. all.Select(token => Key(parameter + ":identifier", token))],
            [.. own.Select(code => parameter == "encounter" ? LookupKey.VisitNumber(code) : LookupKey.PatientId(code))],
            IsSelective: true);
    }

    /// <summary>The identifiers of resources, and the DocumentIDs of all.</summary>
    public static FhirIdentifiers Identifiers(IEnumerable<FhirToken> tokens)
    {
        var all = tokens.ToList();
        return new FhirIdentifiers(
            [.. all.Select(token => Key("identifier", token))],
            [.. all.Where(token => token.System is null || FhirNames.SourceOf(token.System) is not null)
                .Select(token => (LookupKey.DocumentId(token.Code), token.System is null ? null : FhirNames.SourceOf(token.System)))]);
    }

    /// <summary>What came from Redox is completed, and so is most of what is created here.</summary>
    public static FhirCriterion Status(IEnumerable<string> codes)
    {
        var all = codes.ToList();
        return new FhirCriterion([.. all.Select(code => FhirKeys.Code("status", code))], [], AnyRedox: all.Contains(FhirNames.Completed), IsRare: !all.Contains(FhirNames.Completed));
    }

    public static FhirCriterion Type(IEnumerable<FhirToken> tokens)
    {
        var all = tokens.ToList();
        return new FhirCriterion(
            [.. all.Select(token => Key("type", token))],
            [.. all.Where(token => token.System is null or FhirNames.MediaTypeSystem).Select(token => FhirKeys.RedoxType(token.Code))]);
    }

    private static Guid Key(string parameter, FhirToken token) =>
        token.System is null ? FhirKeys.Code(parameter, token.Code) : FhirKeys.Token(parameter, token.System, token.Code);
}

/// <summary>A token of a search. <paramref name="System"/> is null for any, empty for none.</summary>
public readonly record struct FhirToken(string? System, string Code);
