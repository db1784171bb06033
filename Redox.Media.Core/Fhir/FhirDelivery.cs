using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir;

/// <summary>The delivery of a FHIR request: reads and searches leave a row as well.</summary>
public static class FhirDelivery
{
    /// <param name="interaction">Such as <c>Media.read</c>; recorded as the event type, in the data model FHIR.</param>
    /// <param name="caller">Who sent it.</param>
    /// <param name="source">The client's source.</param>
    /// <param name="correlationId">Recorded as the log ID.</param>
    /// <param name="arrival">When it arrived.</param>
    /// <param name="about">The document that the request names, in whose shard the row is stored.</param>
    public static Delivery Of(
        string interaction, Caller caller, string source, string correlationId, DateTimeOffset arrival, FhirId? about = null)
    {
        var meta = new MessageMeta { DataModel = "FHIR", EventType = interaction, Source = source, Logs = [new LogEntry(correlationId, null)] };
        return Delivery.Of(caller, meta, arrival, about?.Shard);
    }
}
