namespace Redox.Media.Core.Parsing;

/// <summary>How the reading of a body ended.</summary>
public enum BodyReadStatus
{
    /// <summary>The body was read to its end, whatever it holds.</summary>
    Complete,

    /// <summary>The body is longer than <see cref="BodyLimits.MaxBodyBytes"/>; its rest was not read.</summary>
    TooLarge,

    /// <summary>The body needed more memory than it had reserved and no more was to be had; its rest was not read.</summary>
    BudgetExhausted,
}
