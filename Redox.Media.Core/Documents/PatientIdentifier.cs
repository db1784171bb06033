namespace Redox.Media.Core.Documents;

/// <summary>One of <c>Patient.Identifiers[]</c>. <paramref name="IdType"/> is the site's own word (MR, EHRID, EPI, ...) or null.</summary>
public readonly record struct PatientIdentifier(string Id, string? IdType);
