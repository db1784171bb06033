using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>Searches deliveries and documents for staff.</summary>
internal sealed class PostgresDeliverySearch(ConsoleDatabase database) : IDeliverySearch
{
    /// <summary>Deliveries that a search with criteria looks at: some tenths of a second at most.</summary>
    private const int MaxScan = 100_000;

    private const int MaxHidden = 1_000;

    private static readonly ListPosition Start = new(
        DateTimeOffset.MaxValue.AddYears(-1), new Guid([255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255]));

    static PostgresDeliverySearch() => RowTypes.Register();

    public async Task<DeliveryList> FindAsync(
        DeliveryFilter filter, ListPosition? before, int count, CancellationToken cancellation)
    {
        var position = before ?? Start;
        int? scan = filter.IsSelective ? MaxScan : null;
        (string, SqlValue)[] window =
        [
            .. Criteria(filter), ("since", Parameter.Time(filter.Since)), ("before_at", Parameter.Time(position.At)),
            ("before_id", Parameter.Uuid(position.Id)),
        ];
        var found = await ReadAsync<DeliveryRecord>(
            Statements.FindRecentDeliveries, [.. window, ("scan", Parameter.Int(scan)), ("limit", Parameter.Int(count + 1))], cancellation);
        DeliveryRecord[] page = [.. found.Take(count).Select(row => row.Decode())];
        var isFull = found.Count > count;
        if (!filter.IsSelective || (isFull && filter.VisibleSources is null))
        {
            return new DeliveryList(page, isFull ? ListPosition.Of(page[^1]) : null, null, 0);
        }

        DateTimeOffset? last = isFull ? page[^1].ReceivedAt : null;
        var end = (await ReadAsync<ScanEnd>(
            Statements.FindScanEnd,
            [
                .. window, ("scan", Parameter.Int(MaxScan)), ("hidden_from", Parameter.Time(last)),
                ("hidden_limit", Parameter.Int(MaxHidden)),
            ],
            cancellation)).Single();
        var stoppedAt = isFull ? null : end.EndsAt;
        ListPosition? next = isFull ? ListPosition.Of(page[^1]) : stoppedAt is { } at ? new ListPosition(at, Guid.Empty) : null;
        return new DeliveryList(page, next, stoppedAt, end.Hidden);
    }

    public async Task<DeliveryRecord?> FindNewerAsync(DeliveryFilter filter, ListPosition after, CancellationToken cancellation)
    {
        var found = await ReadAsync<DeliveryRecord>(
            Statements.FindNewerDelivery,
            [
                .. Criteria(filter), ("after_at", Parameter.Time(after.At)), ("after_id", Parameter.Uuid(after.Id)),
                ("scan", Parameter.Int(MaxScan)),
            ],
            cancellation);
        return found is [var newer] ? newer.Decode() : null;
    }

    public Task<IReadOnlyList<DocumentSummary>> FindDocumentsAsync(
        IReadOnlyCollection<string> documentIds, IReadOnlyList<string>? visibleSources, int count, CancellationToken cancellation) =>
        FindDocumentsAsync(
            Statements.FindDocumentsByDocumentId, ("document_ids", Parameter.Uuids(documentIds.Select(LookupKey.DocumentId))),
            visibleSources, count, cancellation);

    public Task<IReadOnlyList<DocumentSummary>> FindDocumentsOfPatientAsync(
        IReadOnlyCollection<string> patientIds, IReadOnlyList<string>? visibleSources, int count, CancellationToken cancellation) =>
        FindDocumentsAsync(
            Statements.FindDocumentsOfPatient, ("keys", Parameter.Uuids(patientIds.Select(LookupKey.PatientId))), visibleSources, count,
            cancellation);

    private async Task<IReadOnlyList<DocumentSummary>> FindDocumentsAsync(
        SqlStatement statement, (string, SqlValue) keys, IReadOnlyList<string>? visibleSources, int count, CancellationToken cancellation)
    {
        var found = await ReadAsync<DocumentSummary>(
            statement, [keys, ("visible", Parameter.Texts(visibleSources)), ("limit", Parameter.Int(count))], cancellation);
        return [.. found.Select(one => one with { Source = PgText.Decode(one.Source), DocumentId = PgText.Decode(one.DocumentId) })];
    }

    private static (string, SqlValue)[] Criteria(DeliveryFilter filter) =>
    [
        ("outcomes", Parameter.Texts(filter.Outcomes?.Select(outcome => outcome.Name()))), ("sources", Parameter.Texts(filter.Sources)),
        ("events", Parameter.Texts(filter.Events?.Select(name => name.ToLowerInvariant()))), ("callers", Parameter.Texts(filter.Callers)),
        ("test", Parameter.Bool(filter.Test)), ("visible", Parameter.Texts(filter.VisibleSources)),
    ];

    private Task<List<T>> ReadAsync<T>(SqlStatement statement, (string, SqlValue)[] parameters, CancellationToken cancellation) =>
        database.ReadAsync(
            async (connection, token) =>
            {
                await using var command = statement.On(connection, parameters);
                await using var reader = await command.ExecuteReaderAsync(token);
                return await RowTypes.ReadAsync<T>(reader, token);
            },
            cancellation);

    private sealed record ScanEnd
    {
        public DateTimeOffset? EndsAt { get; init; }

        public int Hidden { get; init; }
    }
}
