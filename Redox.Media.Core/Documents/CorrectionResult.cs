using Redox.Media.Core.Deliveries;

namespace Redox.Media.Core.Documents;

/// <summary>The result of a correction. The set is closed.</summary>
public abstract record CorrectionResult
{
    private CorrectionResult()
    {
    }

    /// <summary>It was made and recorded.</summary>
    /// <param name="Id">Its ID.</param>
    /// <param name="Version">The document's version now, for the next correction.</param>
    public sealed record Corrected(DeliveryId Id, DateTimeOffset Version) : CorrectionResult;

    /// <summary>There is no such document.</summary>
    /// <param name="IsOfOtherSource">There is one, of a source that the member of staff may not see.</param>
    public sealed record NotFound(bool IsOfOtherSource) : CorrectionResult;

    /// <summary>It has changed since the member of staff saw it; nothing was done.</summary>
    public sealed record Changed : CorrectionResult;

    /// <summary>It is deleted or superseded, so that there is nothing to move.</summary>
    public sealed record NotCurrent : CorrectionResult;

    /// <summary>It is already as the correction would make it.</summary>
    public sealed record AlreadySo : CorrectionResult;
}
