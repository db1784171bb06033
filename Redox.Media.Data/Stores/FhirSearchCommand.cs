using System.Buffers.Binary;
using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Fhir;
using Redox.Media.Core.Messages;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>Turns a search into the parameters of its statement: what finds fewest leads, everything narrows.</summary>
internal static class FhirSearchCommand
{
    public static NpgsqlCommand Make(NpgsqlConnection connection, FhirSearch search, Delivery delivery, bool leaveRow)
    {
        (string, NpgsqlParameter)[] narrowing =
        [
            .. DeliveryRow.Common(delivery),
            .. Keys(search.Criteria),
            .. Identifiers(search.Identifiers),
            .. Dates(search),
            ("born", Parameter.Uuid(FhirSearch.ResourceMark)),
            ("test", Parameter.Bool(search.Test)),
            ("sources", Parameter.Texts(search.VisibleSources)),
            ("after_change", Bytes(search.After is { } after ? Change(after.Version) : null)),
            ("after_key", Parameter.Uuid(search.After?.DocumentKey)),
            ("count", Parameter.Int(search.Count)),
            ("asked", Parameter.Bool(leaveRow)),
        ];
        return search.HasSelectiveCriterion
            ? Statements.FhirSearch.On(connection, [.. narrowing, .. Lead(search)])
            : Statements.FhirSearchByChange.On(connection, narrowing);
    }

    /// <summary>
    /// What stands for a condition: the same for the same search, whatever the order of its parameters was. Pages and counts are no
    /// part of it.
    /// </summary>
    public static (long Shard, Guid Key) ConditionKey(FhirSearch condition)
    {
        var parts = new List<string>();
        parts.AddRange((condition.Ids ?? []).Select(id => "id " + id).Order(StringComparer.Ordinal));
        parts.AddRange((condition.Identifiers?.ResourceKeys ?? []).Select(key => "identifier " + key).Order(StringComparer.Ordinal));
        parts.AddRange(condition.Criteria.Select(c => "criterion " + string.Join(',', c.ResourceKeys.Order())).Order(StringComparer.Ordinal));
        parts.AddRange(condition.Created.Select(c => string.Create(CultureInfo.InvariantCulture, $"created {c.Prefix} {c.Date.From.UtcTicks} {c.Date.To.UtcTicks}")).Order(StringComparer.Ordinal));
        parts.Add(string.Create(CultureInfo.InvariantCulture, $"updated {condition.UpdatedFrom?.UtcTicks} {condition.UpdatedBefore?.UtcTicks} {condition.Test}"));
        return (Digest.Hash64('C', [.. parts]), Digest.Key('C', [.. parts]));
    }

    // Exactly one way leads; the others are empty and find nothing.
    private static IEnumerable<(string, NpgsqlParameter)> Lead(FhirSearch search)
    {
        var ids = search.Ids ?? [];
        var identifiers = search.Ids is null ? search.Identifiers : null;
        var keys = identifiers?.ResourceKeys
            ?? (search.Ids is null ? search.Criteria.First(c => c.IsSelective) is var lead ? lead.ResourceKeys.Concat(lead.RedoxKeys) : [] : []);
        return
        [
            ("id_shards", Parameter.Longs([.. ids.Select(id => id.Shard)])),
            ("id_first", Parameter.Uuids(ids.Select(id => id.FirstKey))),
            ("id_last", Parameter.Uuids(ids.Select(id => id.LastKey))),
            ("lead_keys", Parameter.Uuids(keys)),
            ("lead_document_ids", Parameter.Uuids(identifiers?.DocumentIds.Select(id => id.Key) ?? [])),
        ];
    }

    private static IEnumerable<(string, NpgsqlParameter)> Keys(IReadOnlyList<FhirCriterion> criteria)
    {
        var rows = criteria.SelectMany((criterion, at) => criterion.ResourceKeys.Select(key => (Number: at + 1, Key: key, Born: true))
            .Concat(criterion.RedoxKeys.Select(key => (Number: at + 1, Key: key, Born: false)))).ToList();
        return
        [
            ("criteria", Parameter.Int(criteria.Count)),
            ("criterion_numbers", Parameter.Of(rows.Select(row => row.Number).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Integer)),
            ("criterion_keys", Parameter.Uuids(rows.Select(row => row.Key))),
            ("criterion_born", Parameter.Of(rows.Select(row => row.Born).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Boolean)),
            ("any_redox", Parameter.Of(
                criteria.Select((criterion, at) => criterion.AnyRedox ? at + 1 : 0).Where(number => number > 0).ToArray(),
                NpgsqlDbType.Array | NpgsqlDbType.Integer)),
        ];
    }

    private static IEnumerable<(string, NpgsqlParameter)> Identifiers(FhirIdentifiers? identifiers) =>
    [
        ("by_identifier", Parameter.Bool(identifiers is not null)),
        ("identifier_keys", Parameter.Uuids(identifiers?.ResourceKeys ?? [])),
        ("document_id_keys", Parameter.Uuids(identifiers?.DocumentIds.Select(id => id.Key) ?? [])),
        ("document_id_sources", Parameter.Of(
            (identifiers?.DocumentIds ?? []).Select(id => id.Source is null ? null : PgText.Encode(id.Source)).ToArray(),
            NpgsqlDbType.Array | NpgsqlDbType.Text)),
    ];

    private static IEnumerable<(string, NpgsqlParameter)> Dates(FhirSearch search) =>
    [
        ("created_prefixes", Parameter.Texts(search.Created.Select(c => c.Prefix))),
        ("created_from", Times(search.Created.Select(c => c.Date.From))),
        ("created_to", Times(search.Created.Select(c => c.Date.To))),
        ("updated_from", Bytes(search.UpdatedFrom is { } from ? Change(DeliveryId.First(from).Value) : null)),
        ("updated_before", Bytes(search.UpdatedBefore is { } before ? Change(DeliveryId.First(before).Value) : null)),
    ];

    /// <summary>The lower half of a version's ID, which sorts by arrival.</summary>
    private static byte[] Change(Guid version)
    {
        Span<byte> bytes = stackalloc byte[16];
        version.TryWriteBytes(bytes, bigEndian: true, out _);
        return bytes[8..].ToArray();
    }

    private static NpgsqlParameter Times(IEnumerable<DateTimeOffset> times) =>
        Parameter.Of(times.Select(time => time.UtcDateTime).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.TimestampTz);

    private static NpgsqlParameter Bytes(byte[]? bytes) =>
        bytes is null ? new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bytea } : Parameter.Of(bytes, NpgsqlDbType.Bytea);
}
