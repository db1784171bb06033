using Redox.Media.Core.Deliveries;

namespace Redox.Media.Api.Support;

/// <summary>A document as the support interface tells it: where it stands, and its versions in event order.</summary>
internal sealed record DocumentView(
    string Source, string DocumentId, string State, DateTimeOffset EventTime, string? SupersededBy, IReadOnlyList<VersionView> Versions)
{
    public static DocumentView Of(DocumentHistory trace) => new(
        trace.Source, trace.DocumentId, trace.State, trace.EventTime, trace.SupersededBy, [.. trace.Versions.Select(VersionView.Of)]);
}

/// <summary>One version: what its event made of the document, and which delivery brought it.</summary>
internal sealed record VersionView(
    Guid DeliveryId, string? LogId, DateTimeOffset ReceivedAt, DateTimeOffset EventTime, string State, bool Stands, string? SupersededBy,
    long? ContentBytes, string? ContentSha256)
{
    public static VersionView Of(DocumentVersion version) => new(
        version.Delivery.Value, version.LogId, version.ReceivedAt, version.EventTime, version.State, version.Stands, version.SupersededBy,
        version.ContentBytes, version.ContentSha256);
}
