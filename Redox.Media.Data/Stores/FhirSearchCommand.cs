using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir.Search;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>
/// Turns a search into its statement. A search for a document, a patient or a visit uses an index; any other scans from the last change
/// backwards, and uses an index only if the scan does not fill the page.
/// </summary>
internal static class FhirSearchCommand
{
    /// <summary>Documents that one scan reads: 10 to 50 ms, which bounds the response time of a search that finds little.</summary>
    public const int MaxScannedDocuments = 10_000;

    /// <summary>
    /// Documents that an index may find for a criterion that is neither patient nor visit; with more, the scan costs less.
    /// </summary>
    private const int MaxIndexHits = 20_000;

    /// <summary>The statement that uses an index.</summary>
    /// <param name="record">Whether to record the delivery.</param>
    public static NpgsqlBatch ByIndex(NpgsqlConnection connection, FhirSearch search, Delivery delivery, bool record) => Batch(
        connection,
        isPoll: record && IsPoll(search),
        Statements.FhirSearchByIndex.With(
        [
            .. Criteria(search, delivery),
            .. IndexKeys(search),
            .. Before(search.After?.LastUpdated ?? DateTimeOffset.MaxValue, search.After?.DocumentKey),
            ("updated_before", Parameter.Time(search.UpdatedBefore)),
            ("record", Parameter.Bool(record)),
            ("max_candidates", Parameter.Int(search.HasSelectiveCriterion ? null : MaxIndexHits)),
        ]));

    /// <summary>The statement that scans from the last change backwards.</summary>
    /// <param name="allowFallback">Do not record the delivery if the scan ends without filling the page: another statement follows.</param>
    public static NpgsqlBatch ByLastUpdated(NpgsqlConnection connection, FhirSearch search, Delivery delivery, bool allowFallback) => Batch(
        connection,
        IsPoll(search),
        Statements.FhirSearchByLastUpdated.With(
        [
            .. Criteria(search, delivery),
            .. Before(search.After?.LastUpdated ?? search.UpdatedBefore, search.After?.DocumentKey),
            ("max_scanned", Parameter.Int(MaxScannedDocuments)),
            ("allow_fallback", Parameter.Bool(allowFallback)),
        ]));

    /// <summary>
    /// The keys of a conditional create. Conditions that can find the same document, or the document that the other creates, have one in
    /// common: the value of each identifier of the condition and of the resource. A condition without identifiers has a key as a whole,
    /// which is the same for the same search, regardless of the order of its parameters; page and count are not part of it.
    /// </summary>
    public static IReadOnlyList<(long Shard, Guid Key)> ConditionKeys(FhirSearch condition)
    {
        var keys = condition.Identifiers.SelectMany(any => any.Values).Concat(condition.CreatedIdentifiers).Distinct()
            .Select(value => KeyOf("identifier", value.ToString())).ToList();
        if (condition.Identifiers.Count == 0)
        {
            keys.Add(WholeKey(condition));
        }

        return keys;
    }

    // A search by _lastUpdated finds nothing that is newer than a change that is not committed yet. Its later pages need no horizon: they
    // are older than that of the first, and another one could hide what belongs to them. The condition of a create has none either: it must
    // find every document.
    private static NpgsqlBatch Batch(NpgsqlConnection connection, bool isPoll, NpgsqlBatchCommand search)
    {
        var batch = new NpgsqlBatch(connection);
        if (isPoll)
        {
            batch.BatchCommands.Add(Statements.FindHorizon.With());
        }

        batch.BatchCommands.Add(search);
        return batch;
    }

    private static bool IsPoll(FhirSearch search) => search.Updated.Count > 0 && search.After is null;

    private static (long Shard, Guid Key) WholeKey(FhirSearch condition)
    {
        var parts = new List<string>();
        parts.AddRange((condition.Ids ?? []).Select(id => "id " + id).Order(StringComparer.Ordinal));
        parts.AddRange(condition.Criteria.Select(c => "criterion " + string.Join(',', c.ResourceKeys.Order()))
            .Order(StringComparer.Ordinal));
        parts.AddRange(condition.Created.Select(dates => "created " + string.Join(',', dates.Select(Text).Order(StringComparer.Ordinal)))
            .Order(StringComparer.Ordinal));
        parts.AddRange(condition.Updated.Select(any => "updated " + string.Join(',', any.Select(Text).Order(StringComparer.Ordinal)))
            .Order(StringComparer.Ordinal));
        parts.Add(condition.Test ? "test" : "");
        return KeyOf([.. parts]);
    }

    private static (long Shard, Guid Key) KeyOf(params string[] parts) => (Digest.Hash64('C', parts), Digest.Key('C', parts));

    private static string Text(FhirDateCriterion date) => $"{date.Prefix} {Text(date.Date)}";

    private static string Text(FhirDate date) => string.Create(CultureInfo.InvariantCulture, $"{date.From.UtcTicks} {date.To.UtcTicks}");

    private static IEnumerable<(string, SqlValue)> Criteria(FhirSearch search, Delivery delivery) =>
    [
        .. new DeliveryRow(delivery).Parameters,
        .. AuditRow.Parameters(delivery),
        .. Keys(search.Criteria),
        .. Identifiers(search.Identifiers),
        .. Created(search.Created),
        .. Updated(search.Updated),
        ("updated_from", Parameter.Time(search.UpdatedFrom)),
        ("fhir_key", Parameter.Uuid(FhirSearch.CreatedByFhirKey)),
        ("test", Parameter.Bool(search.Test)),
        ("sources", Parameter.Texts(search.VisibleSources)),
        ("count", Parameter.Int(search.Count)),
    ];

    private static IEnumerable<(string, SqlValue)> Before(DateTimeOffset change, Guid? key) =>
        [("before_change", Parameter.Time(change)), ("before_key", Parameter.Uuid(key ?? Guid.Empty))];

    // The keys of exactly one index; those of the others are empty and find nothing.
    private static IEnumerable<(string, SqlValue)> IndexKeys(FhirSearch search)
    {
        var ids = search.Ids ?? [];
        var identifiers = search.Ids is null && search.Identifiers is [var first, ..] ? first : null;
        var criterion = search.Ids is not null || identifiers is not null ? null
            : search.Criteria.FirstOrDefault(c => c.IsSelective) ?? search.Criteria.FirstOrDefault(c => c.IsUsuallySelective);
        var keys = identifiers?.ResourceKeys ?? criterion?.ResourceKeys.Concat(criterion.RedoxKeys) ?? [];
        var created = search.Ids is null && identifiers is null && criterion is null ? search.CreatedRange : null;
        return
        [
            ("id_shards", Parameter.Longs([.. ids.Select(id => id.Shard)])),
            ("id_first", Parameter.Uuids(ids.Select(id => id.FirstKey))),
            ("id_last", Parameter.Uuids(ids.Select(id => id.LastKey))),
            ("index_keys", Parameter.Uuids(keys)),
            ("index_document_ids", Parameter.Uuids(identifiers?.DocumentIds.Select(id => id.Key) ?? [])),
            ("index_created_after", Time(created?.From)),
            ("index_created_before", Time(created?.To)),
        ];
    }

    private static IEnumerable<(string, SqlValue)> Keys(IReadOnlyList<FhirCriterion> criteria) =>
    [
        .. Keys("resource", criteria.Select(criterion => criterion.ResourceKeys)),
        .. Keys("redox", criteria.Select(criterion => criterion.RedoxKeys)),
        ("any_redox", Parameter.Of(criteria.Select(criterion => criterion.AnyRedox).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Boolean)),
    ];

    // The keys of all criteria in one array, and where those of each start and end, from 1 on; a criterion without keys ends before it
    // starts.
    private static IEnumerable<(string, SqlValue)> Keys(string kind, IEnumerable<IReadOnlyList<Guid>> keys)
    {
        var (starts, ends, all) = (new List<int>(), new List<int>(), new List<Guid>());
        foreach (var own in keys)
        {
            starts.Add(all.Count + 1);
            all.AddRange(own);
            ends.Add(all.Count);
        }

        return [(kind + "_keys", Parameter.Uuids(all)), (kind + "_starts", Numbers(starts)), (kind + "_ends", Numbers(ends))];
    }

    private static IEnumerable<(string, SqlValue)> Created(IReadOnlyList<IReadOnlyList<FhirDateCriterion>> created)
    {
        var rows = created.SelectMany((dates, at) => dates.Select(date => (Number: at + 1, date.Prefix, date.Date))).ToList();
        return
        [
            ("created", Parameter.Int(created.Count)),
            ("created_numbers", Numbers(rows.Select(row => row.Number))),
            ("created_prefixes", Parameter.Texts(rows.Select(row => row.Prefix))),
            ("created_from", Times(rows.Select(row => row.Date.From))),
            ("created_to", Times(rows.Select(row => row.Date.To))),
        ];
    }

    private static IEnumerable<(string, SqlValue)> Identifiers(IReadOnlyList<FhirIdentifiers> identifiers)
    {
        var keys = identifiers.SelectMany((any, at) => any.ResourceKeys.Select(key => (Number: at + 1, Key: key))).ToList();
        var documentIds = identifiers.SelectMany((any, at) => any.DocumentIds.Select(id => (Number: at + 1, id.Key, id.Source))).ToList();
        return
        [
            ("identifiers", Parameter.Int(identifiers.Count)),
            ("identifier_numbers", Numbers(keys.Select(key => key.Number))),
            ("identifier_keys", Parameter.Uuids(keys.Select(key => key.Key))),
            ("document_id_numbers", Numbers(documentIds.Select(id => id.Number))),
            ("document_id_keys", Parameter.Uuids(documentIds.Select(id => id.Key))),
            ("document_id_sources", Parameter.Of(
                documentIds.Select(id => id.Source is null ? null : PgText.Encode(id.Source)).ToArray(),
                    NpgsqlDbType.Array | NpgsqlDbType.Text)),
        ];
    }

    // A single range is given by its bounds: updated_from and updated_before.
    private static IEnumerable<(string, SqlValue)> Updated(IReadOnlyList<IReadOnlyList<FhirDate>> updated)
    {
        var several = updated.Where(any => any.Count > 1).ToList();
        var rows = several.SelectMany((any, at) => any.Select(range => (Number: at + 1, Range: range))).ToList();
        return
        [
            ("updated", Parameter.Int(several.Count)),
            ("updated_numbers", Numbers(rows.Select(row => row.Number))),
            ("updated_starts", Times(rows.Select(row => row.Range.From))),
            ("updated_ends", Times(rows.Select(row => row.Range.To))),
        ];
    }

    private static SqlValue Numbers(IEnumerable<int> numbers) => Parameter.Of(numbers.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Integer);

    private static SqlValue Times(IEnumerable<DateTimeOffset> times) =>
        Parameter.Of(times.Select(time => time.UtcDateTime).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.TimestampTz);

    private static SqlValue Time(DateTimeOffset? time) =>
        Parameter.Of(time?.UtcDateTime, NpgsqlDbType.TimestampTz);
}
