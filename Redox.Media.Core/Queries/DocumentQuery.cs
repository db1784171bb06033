using System.Text.Json;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Queries;

/// <summary>
/// The criteria of a Media.Query: AND between the four kinds, OR inside each. A kind that is present without a usable value matches
/// nothing; leaving it out would return more documents than the query selects.
/// </summary>
public sealed record DocumentQuery
{
    /// <summary>Identifiers of which any may match; null when the query has no Patients.</summary>
    public IReadOnlyList<PatientIdentifier>? Patients { get; init; }

    public IReadOnlyList<string>? VisitNumbers { get; init; }

    public IReadOnlyList<string>? DocumentTypes { get; init; }

    public IReadOnlyList<string>? DocumentIds { get; init; }

    /// <summary>Includes test documents.</summary>
    public bool Test { get; init; }

    /// <summary>The sources whose documents the caller may see; null for all.</summary>
    public IReadOnlyList<string>? VisibleSources { get; init; }

    /// <summary>The requester of the rule that gave the visible sources; null for a query that the engine did not relay.</summary>
    public string? Rule { get; init; }

    /// <summary>How many documents are handed out; one more is found if there are more.</summary>
    public int MaxDocuments { get; init; } = int.MaxValue - 1;

    /// <summary>How long the database may take; null for the timeout of its connection.</summary>
    public TimeSpan? StatementTimeout { get; init; }

    /// <summary>Values of all kinds together.</summary>
    public int ValueCount =>
        (Patients?.Count ?? 0) + (VisitNumbers?.Count ?? 0) + (DocumentTypes?.Count ?? 0) + (DocumentIds?.Count ?? 0);

    /// <summary>False when no kind has a usable value: such a query would select every document.</summary>
    public bool NamesACriterion =>
        Patients is { Count: > 0 } || VisitNumbers is { Count: > 0 } || DocumentTypes is { Count: > 0 } || DocumentIds is { Count: > 0 };

    /// <param name="message">The root of a Query that its schema accepts.</param>
    /// <param name="test">Whether test documents are included.</param>
    public static DocumentQuery Read(JsonElement message, bool test) => new()
    {
        Patients = Identifiers(message),
        VisitNumbers = Texts(message, "VisitNumbers"u8),
        DocumentTypes = Texts(message, "DocumentTypes"u8),
        DocumentIds = Texts(message, "DocumentIDs"u8),
        Test = test,
    };

    private static List<string>? Texts(JsonElement root, ReadOnlySpan<byte> name) =>
        JsonText.Elements(root, name).ToList() is { Count: > 0 } elements
            ? [.. elements.Select(JsonText.Scalar).Where(text => !string.IsNullOrEmpty(text)).Cast<string>().Distinct()]
            : null;

    // An element of Patients[] matches if any of its identifiers does, and any element may match: together they are one list.
    private static List<PatientIdentifier>? Identifiers(JsonElement root) =>
        JsonText.Elements(root, "Patients"u8).ToList() is { Count: > 0 } patients
            ? [.. patients.SelectMany(patient => JsonText.Elements(patient, "Identifiers"u8))
                .Select(PatientIdentifier.Read).OfType<PatientIdentifier>()
                .Select(identifier => string.IsNullOrEmpty(identifier.IdType) ? identifier with { IdType = null } : identifier)
                .Distinct()]
            : null;
}
