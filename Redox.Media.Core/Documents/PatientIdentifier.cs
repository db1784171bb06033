using System.Text.Json;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Documents;

/// <summary>One of <c>Patient.Identifiers[]</c>. <paramref name="IdType"/> is the site's own term (MR, EHRID, EPI, ...) or null.</summary>
public readonly record struct PatientIdentifier(string Id, string? IdType)
{
    /// <summary>Null when the identifier has no ID.</summary>
    public static PatientIdentifier? Read(JsonElement identifier) =>
        JsonText.Scalar(identifier, "ID"u8) is { Length: > 0 } id
            ? new PatientIdentifier(id, JsonText.Scalar(identifier, "IDType"u8)) : null;

    /// <summary>The identifiers of a message's patient that have an ID.</summary>
    public static IReadOnlyList<PatientIdentifier> ReadAll(JsonElement message) =>
        JsonText.Member(message, "Patient"u8) is { } patient
            ? [.. JsonText.Elements(patient, "Identifiers"u8).Select(Read).OfType<PatientIdentifier>()] : [];
}
