using System.Text.Json.Serialization;
using Redox.Media.Core.Deliveries;

namespace Redox.Media.Api.Support;

/// <summary>A document in the support API: its state and its versions in the order of their events.</summary>
internal sealed record DocumentView(
    string Source, string DocumentId, string State, DateTimeOffset EventTime, string? SupersededBy, IReadOnlyList<VersionView> Versions)
{
    public static DocumentView Of(DocumentHistory history) => new(
        history.Source, history.DocumentId, history.State, history.EventTime, history.SupersededBy,
        [.. history.Versions.Select(VersionView.Of)]);
}

/// <summary>One version of a document: the state that its event led to, and the delivery of the event.</summary>
internal sealed record VersionView(
    Guid DeliveryId, string? LogId, DateTimeOffset ReceivedAt, DateTimeOffset EventTime, string State,
    [property: JsonPropertyName("stands")] bool IsCurrent, string? SupersededBy,
    long? ContentBytes, string? ContentSha256)
{
    public static VersionView Of(DocumentVersion version) => new(
        version.Delivery.Value, version.LogId, version.ReceivedAt, version.EventTime, version.State, version.Stands, version.SupersededBy,
        version.ContentBytes, version.ContentSha256);
}
