using System.Security.Cryptography;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir;

/// <summary>The delivery of a request that changes no document: whoever looks at patients' records leaves one too.</summary>
public static class FhirDelivery
{
    /// <param name="interaction">Such as <c>Media.read</c>; it stands as the event's type, in the data model FHIR.</param>
    /// <param name="about">The document that the request names; its row then lies with the document.</param>
    public static Delivery Of(
        string interaction, Caller caller, string source, string correlationId, DateTimeOffset arrival, FhirId? about = null)
    {
        var meta = new MessageMeta { DataModel = "FHIR", EventType = interaction, Source = source, Logs = [new LogEntry(correlationId, null)] };
        return new Delivery
        {
            Id = DeliveryId.Create(about?.Shard ?? Delivery.ShardOf(meta, null, () => BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8))), arrival),
            ReceivedAt = EventClock.ToMicroseconds(arrival),
            Caller = caller,
            Meta = meta,
        };
    }
}
