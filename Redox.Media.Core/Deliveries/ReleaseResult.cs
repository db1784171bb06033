using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Validation;

namespace Redox.Media.Core.Deliveries;

/// <summary>What became of the wish to release a delivery. The set is closed.</summary>
public abstract record ReleaseResult
{
    private ReleaseResult()
    {
    }

    /// <summary>It went through the register, as a delivery of its own with this outcome.</summary>
    public sealed record Released(Delivery Delivery, Outcome Outcome) : ReleaseResult;

    /// <summary>There is no delivery of this ID.</summary>
    public sealed record NotFound : ReleaseResult;

    /// <summary>It was not set aside: there is nothing to release.</summary>
    public sealed record NotSetAside(Outcome Outcome) : ReleaseResult;

    /// <summary>It has been released before; <paramref name="By"/> is null when that was done at this very moment.</summary>
    public sealed record AlreadyReleased(DeliveryId? By) : ReleaseResult;

    /// <summary>More is wrong with it than whose patient it is for, and no release mends that: it must be sent again, corrected.</summary>
    public sealed record Unacceptable(IReadOnlyList<Violation> Violations) : ReleaseResult;

    /// <summary>There is no memory for it now; the same may succeed later.</summary>
    public sealed record NotNow : ReleaseResult;
}
