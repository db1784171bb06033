namespace Redox.Media.Core.Deliveries;

/// <summary>What a release needs to know of a delivery.</summary>
/// <param name="BodyBytes">Bytes of the body as it was received.</param>
/// <param name="ReleasedBy">The delivery that released it; null when none has.</param>
/// <param name="HasBody">Whether its bytes are stored, which those of a client are not beyond its limit of a day.</param>
public sealed record SetAsideDelivery(
    DeliveryId Id, Outcome Outcome, DateTimeOffset ReceivedAt, long BodyBytes, DeliveryId? ReleasedBy, bool HasBody = true)
{
    /// <summary>The source that it was recorded with: that of a client's message that names none is the client's own.</summary>
    public string Source { get; init; } = "";

    /// <summary>Whether staff have discarded it: it is opened again before it is released.</summary>
    public bool IsDiscarded { get; init; }
}
