using System.Runtime.CompilerServices;
using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Sql;
using Redox.Media.Data.Stores;

namespace Redox.Media.Data.Integrity;

/// <summary>Verifies the archive. It holds one page of keys and one slice of a file in memory.</summary>
internal sealed class ArchiveVerifier(
    DatabaseResilience resilience, SchemaCheck schema, IntegrityAlarm integrity)
    : IArchiveVerifier
{
    public const int PageDocuments = 200;

    public async IAsyncEnumerable<VerifiedPage> VerifyAsync(
        DateTimeOffset? since, DocumentKey? after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await schema.OpenIfCurrentAsync(cancellation);
        var last = after ?? new DocumentKey(long.MinValue, Guid.Empty);
        while (true)
        {
            var rows = await resilience.RunAsync((connection, _, token) => ReadPageAsync(connection, last, token), cancellation);
            if (rows.Count == 0)
            {
                yield break;
            }

            last = rows[^1].Document;
            var (versions, bytes) = (0, 0L);
            var damaged = new List<DamagedDocument>();
            foreach (var document in rows.GroupBy(row => row.Document))
            {
                IReadOnlyList<VerifyRow> all = [.. document];
                var failures = Failures(all, since).ToList();
                foreach (var (version, failure) in failures)
                {
                    await integrity.ReportAsync(new IntegrityException(failure, document.Key, version));
                }

                foreach (var row in all.Where(row => row.Version is { } version && IsWanted(version, since)))
                {
                    versions++;
                    bytes += row.ContentLength ?? 0;
                    if (row.ContentLength is { } length && await FailureOfAsync(row.Content(length), cancellation) is { } failure)
                    {
                        failures.Add((row.Version!.Value, failure));
                    }
                }

                damaged.AddRange(failures.Select(
                    failure => new DamagedDocument(document.Key, all[0].Source, all[0].DocumentId, failure.Version, failure.Failure)));
            }

            yield return new VerifiedPage(last, rows.DistinctBy(row => row.Document).Count(), versions, bytes, damaged);
        }
    }

    /// <summary>What is wrong with the rows of a document, before its files are read.</summary>
    private static IEnumerable<(DeliveryId Version, IntegrityFailure Failure)> Failures(
        IReadOnlyList<VerifyRow> rows, DateTimeOffset? since)
    {
        if (!rows[0].HasDocument)
        {
            return rows.Where(row => IsWanted(row.Version!.Value, since))
                .Select(row => (row.Version!.Value, IntegrityFailure.MissingDocument)).Take(1);
        }

        return rows[0].Current is { } current && IsWanted(current, since)
            ? rows.FirstOrDefault(row => row.Version == current) switch
            {
                null => [(current, IntegrityFailure.MissingVersion)],
                var row when row.ContentLength != row.DocumentContentLength => [(current, IntegrityFailure.WrongLength)],
                _ => [],
            }
            : [];
    }

    private static bool IsWanted(DeliveryId version, DateTimeOffset? since) => since is null || version.Arrival >= since;

    private async Task<IntegrityFailure?> FailureOfAsync(StoredContent content, CancellationToken cancellation)
    {
        try
        {
            await integrity.WatchAsync(() => ReadAsync(content, cancellation), content.Document, content.Version);
            return null;
        }
        catch (IntegrityException damage)
        {
            return damage.Failure;
        }
    }

    // As it is read for a response; the time limit begins anew with each slice.
    private Task<bool> ReadAsync(StoredContent content, CancellationToken cancellation) => resilience.StreamAsync(
        async (connection, call, token) =>
        {
            using var buffer = new ColumnBuffer();
            using var reader = new ContentReader(content);
            var session = new ReadSession(connection, call, buffer, new ReadPace(ContentReader.MaxSlices, TimeProvider.System));
            while (!await reader.ReadAsync(session, _ => default, token))
            {
            }

            return true;
        },
        cancellation);

    private static async Task<List<VerifyRow>> ReadPageAsync(
        NpgsqlConnection connection, DocumentKey after, CancellationToken cancellation)
    {
        await using var command = Statements.VerifyDocuments.On(
            connection,
            ("after_shard", Parameter.Long(after.Shard)),
            ("after_key", Parameter.Uuid(after.Key)),
            ("count", Parameter.Int(PageDocuments)));
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<VerifyRow>();
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(VerifyRow.Read(reader));
        }

        return rows;
    }
}
