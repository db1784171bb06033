namespace Redox.Media.Core.Deliveries;

/// <summary>What a release needs to know of a delivery.</summary>
/// <param name="BodyBytes">Bytes of the body as it was received.</param>
/// <param name="ReleasedBy">The delivery that released it; null when none has.</param>
public sealed record SetAsideDelivery(DeliveryId Id, Outcome Outcome, DateTimeOffset ReceivedAt, long BodyBytes, DeliveryId? ReleasedBy);
