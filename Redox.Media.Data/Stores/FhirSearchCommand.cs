using System.Buffers.Binary;
using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir.Search;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>
/// Turns a search into its statement. What names a document, a person or a visit leads to the rows; what does not is looked for on a walk
/// from the last change back, and led to only when the walk does not soon find it.
/// </summary>
internal static class FhirSearchCommand
{
    /// <summary>Documents on one walk: 10 to 50 ms of reading, so that an answer comes at once however little it finds.</summary>
    public const int StretchDocuments = 10_000;

    /// <summary>Documents to which a criterion may lead that names no person and no visit: at more it is not rare, and the walk is better.</summary>
    private const int MaxCandidates = 20_000;

    /// <summary>After every change: a change has eight bytes.</summary>
    private static readonly byte[] NoChange = [.. Enumerable.Repeat(byte.MaxValue, 9)];

    /// <summary>The statement that goes to where something leads.</summary>
    /// <param name="leaveRow">Leave the row that says who asked.</param>
    public static NpgsqlCommand Lead(NpgsqlConnection connection, FhirSearch search, Delivery delivery, bool leaveRow) => Statements.FhirSearch.On(
        connection,
        [
            .. Criteria(search, delivery),
            .. Ways(search),
            .. Before(search.After is { } after ? Change(after.Version) : NoChange, search.After?.DocumentKey),
            ("updated_before", Parameter.Of(First(search.UpdatedBefore), NpgsqlDbType.Bytea)),
            ("asked", Parameter.Bool(leaveRow)),
            ("most", Parameter.Int(search.HasSelectiveCriterion ? null : MaxCandidates)),
        ]);

    /// <summary>The statement that walks.</summary>
    /// <param name="mayGiveUp">Leave no row when the walk ends without filling the page: another statement will.</param>
    public static NpgsqlCommand Walk(NpgsqlConnection connection, FhirSearch search, Delivery delivery, bool mayGiveUp) => Statements.FhirSearchByChange.On(
        connection,
        [
            .. Criteria(search, delivery),
            .. search.After is { } after ? Before(Change(after.Version), after.DocumentKey)
                : Before(First(search.UpdatedBefore), null),
            ("stretch", Parameter.Int(StretchDocuments)),
            ("another_way", Parameter.Bool(mayGiveUp)),
        ]);

    /// <summary>
    /// What stands for a condition: the same for the same search, whatever the order of its parameters was. Pages and counts are no
    /// part of it.
    /// </summary>
    public static (long Shard, Guid Key) ConditionKey(FhirSearch condition)
    {
        var parts = new List<string>();
        parts.AddRange((condition.Ids ?? []).Select(id => "id " + id).Order(StringComparer.Ordinal));
        parts.AddRange(condition.Identifiers.Select(any => "identifier " + string.Join(',', any.ResourceKeys.Order())).Order(StringComparer.Ordinal));
        parts.AddRange(condition.Criteria.Select(c => "criterion " + string.Join(',', c.ResourceKeys.Order())).Order(StringComparer.Ordinal));
        parts.AddRange(condition.Created.Select(dates => "created " + string.Join(',', dates.Select(Text).Order(StringComparer.Ordinal))).Order(StringComparer.Ordinal));
        parts.AddRange(condition.Updated.Select(any => "updated " + string.Join(',', any.Select(Text).Order(StringComparer.Ordinal))).Order(StringComparer.Ordinal));
        parts.Add(condition.Test ? "test" : "");
        return (Digest.Hash64('C', [.. parts]), Digest.Key('C', [.. parts]));
    }

    private static string Text(FhirDateCriterion date) => $"{date.Prefix} {Text(date.Date)}";

    private static string Text(FhirDate date) => string.Create(CultureInfo.InvariantCulture, $"{date.From.UtcTicks} {date.To.UtcTicks}");

    private static IEnumerable<(string, SqlValue)> Criteria(FhirSearch search, Delivery delivery) =>
    [
        .. new DeliveryRow(delivery).Parameters,
        .. Keys(search.Criteria),
        .. Identifiers(search.Identifiers),
        .. Created(search.Created),
        .. Updated(search.Updated),
        ("updated_from", Parameter.Of(First(search.UpdatedFrom), NpgsqlDbType.Bytea)),
        ("born", Parameter.Uuid(FhirSearch.CreatedByFhirKey)),
        ("test", Parameter.Bool(search.Test)),
        ("sources", Parameter.Texts(search.VisibleSources)),
        ("count", Parameter.Int(search.Count)),
    ];

    private static IEnumerable<(string, SqlValue)> Before(byte[] change, Guid? key) =>
        [("before_change", Parameter.Of(change, NpgsqlDbType.Bytea)), ("before_key", Parameter.Uuid(key ?? Guid.Empty))];

    // Exactly one way leads; the others are empty and find nothing.
    private static IEnumerable<(string, SqlValue)> Ways(FhirSearch search)
    {
        var ids = search.Ids ?? [];
        var identifiers = search.Ids is null && search.Identifiers is [var first, ..] ? first : null;
        var criterion = search.Ids is not null || identifiers is not null ? null
            : search.Criteria.FirstOrDefault(c => c.IsSelective) ?? search.Criteria.FirstOrDefault(c => c.IsUsuallySelective);
        var keys = identifiers?.ResourceKeys ?? criterion?.ResourceKeys.Concat(criterion.RedoxKeys) ?? [];
        var made = search.Ids is null && identifiers is null && criterion is null ? search.CreatedRange : null;
        return
        [
            ("id_shards", Parameter.Longs([.. ids.Select(id => id.Shard)])),
            ("id_first", Parameter.Uuids(ids.Select(id => id.FirstKey))),
            ("id_last", Parameter.Uuids(ids.Select(id => id.LastKey))),
            ("lead_keys", Parameter.Uuids(keys)),
            ("lead_document_ids", Parameter.Uuids(identifiers?.DocumentIds.Select(id => id.Key) ?? [])),
            ("made_after", Time(made?.From)),
            ("made_before", Time(made?.To)),
        ];
    }

    private static IEnumerable<(string, SqlValue)> Keys(IReadOnlyList<FhirCriterion> criteria)
    {
        var rows = criteria.SelectMany((criterion, at) => criterion.ResourceKeys.Select(key => (Number: at + 1, Key: key, Born: true))
            .Concat(criterion.RedoxKeys.Select(key => (Number: at + 1, Key: key, Born: false)))).ToList();
        return
        [
            ("criteria", Parameter.Int(criteria.Count)),
            ("criterion_numbers", Numbers(rows.Select(row => row.Number))),
            ("criterion_keys", Parameter.Uuids(rows.Select(row => row.Key))),
            ("criterion_born", Parameter.Of(rows.Select(row => row.Born).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Boolean)),
            ("any_redox", Numbers(criteria.Select((criterion, at) => criterion.AnyRedox ? at + 1 : 0).Where(number => number > 0))),
        ];
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
                documentIds.Select(id => id.Source is null ? null : PgText.Encode(id.Source)).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text)),
        ];
    }

    // What is one stretch is told by where it begins and ends: updated_from and updated_before.
    private static IEnumerable<(string, SqlValue)> Updated(IReadOnlyList<IReadOnlyList<FhirDate>> updated)
    {
        var several = updated.Where(any => any.Count > 1).ToList();
        var rows = several.SelectMany((any, at) => any.Select(stretch => (Number: at + 1, First: First(stretch.From), Last: First(stretch.To)))).ToList();
        return
        [
            ("updated", Parameter.Int(several.Count)),
            ("updated_numbers", Numbers(rows.Select(row => row.Number))),
            ("updated_firsts", Parameter.Of(rows.Select(row => row.First).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Bytea)),
            ("updated_lasts", Parameter.Of(rows.Select(row => row.Last).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Bytea)),
        ];
    }

    /// <summary>No change of this time or later is less.</summary>
    private static byte[] First(DateTimeOffset time) => time == DateTimeOffset.MaxValue ? NoChange : Change(DeliveryId.First(time).Value);

    /// <summary>The lower half of a version's ID, which sorts by arrival.</summary>
    private static byte[] Change(Guid version)
    {
        Span<byte> bytes = stackalloc byte[16];
        version.TryWriteBytes(bytes, bigEndian: true, out _);
        return bytes[8..].ToArray();
    }

    private static SqlValue Numbers(IEnumerable<int> numbers) => Parameter.Of(numbers.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Integer);

    private static SqlValue Times(IEnumerable<DateTimeOffset> times) =>
        Parameter.Of(times.Select(time => time.UtcDateTime).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.TimestampTz);

    private static SqlValue Time(DateTimeOffset? time) =>
        Parameter.Of(time?.UtcDateTime, NpgsqlDbType.TimestampTz);
}
