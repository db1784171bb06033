namespace Redox.Media.Core.Parsing;

/// <summary>How the budget of bodies is divided.</summary>
/// <param name="Engine">The part, above 0 and below 1, that clients cannot take. Default a half.</param>
/// <param name="Client">The part, above 0, that the bodies of one client may hold together. Default a quarter.</param>
public sealed record IntakeShares(double Engine = 0.5, double Client = 0.25);
