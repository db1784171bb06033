using System.IO.Pipelines;
using Redox.Media.Core.Documents;

namespace Redox.Media.Core.Deliveries;

/// <summary>Deliveries that were set aside for a person to decide.</summary>
public interface ISetAsideStore
{
    /// <summary>What the archive says of a delivery; null when there is none of this ID.</summary>
    Task<SetAsideDelivery?> FindAsync(DeliveryId id, CancellationToken cancellation);

    /// <summary>Writes the delivery's bytes as they were received, and completes <paramref name="destination"/>.</summary>
    Task CopyRawAsync(DeliveryId id, PipeWriter destination, CancellationToken cancellation);

    /// <summary>
    /// Applies the event of a set-aside delivery, with its row and the links both ways, in one transaction. Null when the delivery has
    /// been released before: then nothing is written.
    /// </summary>
    Task<Outcome?> ReleaseAsync(DeliveryId setAside, DocumentEvent released, CancellationToken cancellation);
}

/// <param name="BodyBytes">Bytes of the body as it was received.</param>
/// <param name="ReleasedBy">The delivery that released it; null when none has.</param>
public sealed record SetAsideDelivery(DeliveryId Id, Outcome Outcome, DateTimeOffset ReceivedAt, long BodyBytes, DeliveryId? ReleasedBy);
