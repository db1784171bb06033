namespace Redox.Media.Api.Configuration;

/// <summary>What becomes of a Redox message from the engine that can never be applied as it is.</summary>
public enum InvalidEvents
{
    /// <summary>Kept for a person and answered 200, so that the feed goes on.</summary>
    SetAside,

    /// <summary>Kept and answered 400: the engine repeats it for ever and holds back everything behind it.</summary>
    Reject,
}

/// <summary>Section <c>Redox</c>: how we and the engine speak.</summary>
public sealed class RedoxSettings
{
    public const string Section = "Redox";

    /// <summary>
    /// Tokens by which the engine proves itself, all valid at once so that they can be rotated. At least one outside Development, where
    /// it defaults to <c>development-token</c>.
    /// </summary>
    public IList<string> VerificationTokens { get; init; } = [];

    /// <summary>Default <see cref="InvalidEvents.SetAside"/>.</summary>
    public InvalidEvents InvalidEvents { get; init; } = InvalidEvents.SetAside;
}
