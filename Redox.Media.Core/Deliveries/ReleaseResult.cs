using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Validation;

namespace Redox.Media.Core.Deliveries;

/// <summary>The result of a release. The set is closed.</summary>
public abstract record ReleaseResult
{
    private ReleaseResult()
    {
    }

    /// <summary>It was applied, as a delivery of its own with this outcome.</summary>
    public sealed record Released(Delivery Delivery, Outcome Outcome) : ReleaseResult;

    /// <summary>There is no delivery of this ID.</summary>
    public sealed record NotFound : ReleaseResult;

    /// <summary>It was not set aside: there is nothing to release.</summary>
    public sealed record NotSetAside(Outcome Outcome) : ReleaseResult;

    /// <summary>It has been released before; <paramref name="By"/> is null when that was done at this very moment.</summary>
    public sealed record AlreadyReleased(DeliveryId? By) : ReleaseResult;

    /// <summary>Staff have discarded it: it is opened again first.</summary>
    public sealed record Discarded : ReleaseResult;

    /// <summary>It has violations besides the patient's, which a release does not solve: it must be corrected and sent again.</summary>
    public sealed record Unacceptable(IReadOnlyList<Violation> Violations) : ReleaseResult;

    /// <summary>There is no memory for it at the moment; a later try may succeed.</summary>
    public sealed record NotNow : ReleaseResult;

    /// <summary>Why nothing was released, in words for staff: paths and rules, never a value.</summary>
    public string Words => this switch
    {
        NotFound => "There is no delivery with this ID that you may see.",
        NotSetAside other => $"The delivery was not set aside; its outcome is {other.Outcome.Name()}.",
        AlreadyReleased { By: { } by } => $"The delivery has been released by {by}.",
        AlreadyReleased => "The delivery has just been released.",
        Discarded => "The delivery has been discarded; restore it first.",
        Unacceptable invalid =>
            "A release does not correct this: " + string.Join("; ", invalid.Violations.Select(one => $"{one.Path} {one.Rule}")),
        NotNow => "There is no memory for the body now; please try again.",
        _ => "",
    };
}
