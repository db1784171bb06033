using System.Text.Json;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Queries;

/// <summary>
/// The criteria of a Media.Query. AND between the four kinds, OR inside each. A kind that was asked for but has no usable value
/// matches nothing; leaving it out instead would answer a wider question than was asked.
/// </summary>
public sealed record DocumentQuery
{
    /// <summary>Identifiers of which any may match; null when the query has no Patients.</summary>
    public IReadOnlyList<PatientIdentifier>? Patients { get; init; }

    public IReadOnlyList<string>? VisitNumbers { get; init; }

    public IReadOnlyList<string>? DocumentTypes { get; init; }

    public IReadOnlyList<string>? DocumentIds { get; init; }

    /// <summary>A test query sees test documents too.</summary>
    public bool Test { get; init; }

    /// <summary>The sources whose documents the asker may see; null for all.</summary>
    public IReadOnlyList<string>? VisibleSources { get; init; }

    /// <summary>False when no kind has a usable value: such a query would mean everything, which is never what was meant.</summary>
    public bool NamesACriterion =>
        Patients is { Count: > 0 } || VisitNumbers is { Count: > 0 } || DocumentTypes is { Count: > 0 } || DocumentIds is { Count: > 0 };

    /// <param name="envelope">Valid JSON that the Query schema has accepted.</param>
    public static DocumentQuery Read(ReadOnlyMemory<byte> envelope, bool test)
    {
        using var document = JsonDocument.Parse(envelope, new JsonDocumentOptions { MaxDepth = int.MaxValue });
        var root = document.RootElement;
        return new DocumentQuery
        {
            Patients = Identifiers(root),
            VisitNumbers = Texts(root, "VisitNumbers"u8),
            DocumentTypes = Texts(root, "DocumentTypes"u8),
            DocumentIds = Texts(root, "DocumentIDs"u8),
            Test = test,
        };
    }

    private static List<string>? Texts(JsonElement root, ReadOnlySpan<byte> name) =>
        JsonText.Elements(root, name).ToList() is { Count: > 0 } elements
            ? [.. elements.Select(JsonText.Scalar).Where(text => !string.IsNullOrEmpty(text)).Cast<string>().Distinct()]
            : null;

    // An element of Patients[] matches if any of its identifiers does, and any element may match: together that is one list.
    private static List<PatientIdentifier>? Identifiers(JsonElement root) =>
        JsonText.Elements(root, "Patients"u8).ToList() is { Count: > 0 } patients
            ? [.. patients.SelectMany(patient => JsonText.Elements(patient, "Identifiers"u8))
                .Select(identifier => (Id: JsonText.Scalar(identifier, "ID"u8), Type: JsonText.Scalar(identifier, "IDType"u8)))
                .Where(identifier => !string.IsNullOrEmpty(identifier.Id))
                .Select(identifier => new PatientIdentifier(identifier.Id!, string.IsNullOrEmpty(identifier.Type) ? null : identifier.Type))
                .Distinct()]
            : null;
}
