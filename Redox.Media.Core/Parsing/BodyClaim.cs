namespace Redox.Media.Core.Parsing;

/// <summary>What a body asks of the budget.</summary>
/// <param name="Owner">Whose share it counts against; null for no share.</param>
/// <param name="FirstBytes">Reserved when it is admitted.</param>
/// <param name="NeededBytes">All that it is expected to need, by its own account. It is admitted when this fits.</param>
public readonly record struct BodyClaim(string? Owner, long FirstBytes, long NeededBytes);
