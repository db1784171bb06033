namespace Redox.Media.Tests.Core.Fhir.Validation;

/// <summary>A Media, as JSON.</summary>
/// <param name="WrongAt">The path of what is illegal in it; null for a legal one.</param>
internal sealed record R4Case(string Media, string? WrongAt);
