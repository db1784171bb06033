using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>The IDs by which a delivery can be looked up, encoded, and their hashes, which are indexed.</summary>
internal sealed record DeliveryIds(
    string? LogId, long? LogHash, string? AttemptId, long? AttemptHash, string[]? OtherIds, long[]? OtherHashes)
{
    public static DeliveryIds Of(Delivery delivery)
    {
        var isClient = delivery.Caller is Caller.Client;
        var log = NullIfEmpty(delivery.Meta.LogId);
        var attempt = NullIfEmpty(delivery.Meta.AttemptId);
        var ids = delivery.Meta.OtherIds;
        var others = (delivery.DestinationCount > 1 ? ids.Concat(GivenIds.FurtherLogs(delivery)) : ids).ToArray() is { Length: > 0 } some
            ? some : null;
        return new DeliveryIds(
            PgText.EncodeAny(log),
            log is null ? null : Hash(log, isClient),
            PgText.EncodeAny(attempt),
            attempt is null ? null : Hash(attempt, isClient),
            others?.Select(PgText.Encode).ToArray(),
            others?.Select(id => Hash(id, isClient)).ToArray());
    }

    /// <summary>
    /// The hash of an ID in lower case. That of a client is another one, so that the look-up of an ID of the engine does not read what
    /// clients have sent with the same ID.
    /// </summary>
    public static long Hash(string id, bool isClient) => Digest.Hash64(isClient ? 'c' : '#', Lower(id));

    // As PostgreSQL's lower() does with the collation "C".
    private static string Lower(string id) => !id.AsSpan().ContainsAnyInRange('A', 'Z')
        ? id
        : string.Create(id.Length, id, static (lower, text) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                lower[i] = char.IsAsciiLetterUpper(text[i]) ? (char)(text[i] | 0x20) : text[i];
            }
        });

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
