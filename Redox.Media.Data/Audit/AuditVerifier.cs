using System.Globalization;
using System.Runtime.CompilerServices;
using Npgsql;
using NpgsqlTypes;
using Redox.Media.Core.Audit;
using Redox.Media.Data.Integrity;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Audit;

/// <summary>
/// Compares the audit with its seals. The digests are computed in the database, which returns a few bytes for each seal. In memory are the
/// seals, about 300 bytes each.
/// </summary>
internal sealed class AuditVerifier(DatabaseResilience resilience, SchemaCheck schema) : IAuditVerifier
{
    public async IAsyncEnumerable<VerifiedSeals> VerifyAsync(
        DateTimeOffset? from, DateTimeOffset? to, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await schema.OpenIfCurrentAsync(cancellation);
        var seals = await resilience.RunAsync((connection, _, token) => ReadSealsAsync(connection, token), cancellation);
        yield return new VerifiedSeals(0, 0, [.. SealChain.Failures(seals)])
        {
            Last = seals is [.., var last]
                ? new AuditSealHead(last.Number, Convert.ToHexStringLower(last.Digest), last.SealedAt) : null,
        };

        foreach (var batch in SealBatch.Of(seals, from, to))
        {
            yield return await resilience.RunAsync((connection, _, token) => VerifyAsync(connection, batch, token), cancellation);
        }

        foreach (var era in from is null && to is null ? seals.GroupBy(seal => seal.Era) : [])
        {
            var until = SealBatch.EndOf(era.Key, seals);
            var count = await resilience.RunAsync(
                (connection, _, token) => CountUnsealedAsync(connection, [.. era], until, token), cancellation);
            if (count > 0)
            {
                yield return new VerifiedSeals(0, count, [Unsealed(count, "in months without a seal")]);
            }
        }
    }

    private static async Task<List<SealRow>> ReadSealsAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var read = Statements.ReadSeals.On(connection);
        await using var reader = await read.ExecuteReaderAsync(cancellation);
        var seals = new List<SealRow>();
        while (await reader.ReadAsync(cancellation))
        {
            seals.Add(SealRow.Read(reader));
        }

        return seals;
    }

    private static async Task<VerifiedSeals> VerifyAsync(NpgsqlConnection connection, SealBatch batch, CancellationToken cancellation)
    {
        var found = new Dictionary<int, (long Count, byte[] Digest)>();
        await using (var verify = Statements.VerifySeals.On(
            connection,
            ("bounds", Parameter.Longs([.. batch.Seals.SelectMany(seal => new[] { seal.From, seal.To })])),
            ("from", Parameter.Long(batch.From)),
            ("to", Parameter.Long(batch.To)),
            ("since", Parameter.Time(batch.Since)),
            ("until", Parameter.Time(batch.Until))))
        await using (var reader = await verify.ExecuteReaderAsync(cancellation))
        {
            while (await reader.ReadAsync(cancellation))
            {
                found.Add(reader.GetInt32(0), (reader.GetInt64(1), reader.GetFieldValue<byte[]>(2)));
            }
        }

        var failures = batch.Seals.Select((seal, i) => Failure(seal, found.GetValueOrDefault((2 * i) + 1))).OfType<SealFailure>().ToList();
        var unsealed = found.Where(place => place.Key % 2 == 0).Sum(place => place.Value.Count);
        if (unsealed > 0)
        {
            failures.Add(Unsealed(unsealed, $"recorded before {Time(batch.Until)}"));
        }

        return new VerifiedSeals(batch.Seals.Count, found.Values.Sum(place => place.Count), failures);
    }

    private static SealFailure? Failure(SealRow seal, (long Count, byte[]? Digest) found)
    {
        var problem = found.Count < seal.RowCount ? SealProblem.MissingRows
            : found.Count > seal.RowCount ? SealProblem.AddedRows
            : !seal.RowsDigest.AsSpan().SequenceEqual(found.Digest) ? SealProblem.ChangedRows
            : (SealProblem?)null;
        return problem is null ? null : new SealFailure(
            problem.Value, seal.Number, $"{seal.RowCount} rows sealed at {Time(seal.SealedAt)}, {found.Count} found");
    }

    private static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static SealFailure Unsealed(long count, string which) =>
        new(SealProblem.UnsealedRows, null, $"{count} rows that no seal has, although there are seals of later ones, {which}");

    private static async Task<long> CountUnsealedAsync(
        NpgsqlConnection connection, IReadOnlyList<SealRow> era, DateTimeOffset until, CancellationToken cancellation)
    {
        var months = era.Select(seal => seal.RecordedTo.UtcDateTime.AddMonths(-1)).Distinct().ToArray();
        await using var count = Statements.CountUnsealed.On(
            connection,
            ("months", Parameter.Of(months, NpgsqlDbType.Array | NpgsqlDbType.TimestampTz)),
            ("to", Parameter.Long(era[^1].To)),
            ("since", Parameter.Time(era[0].EraFrom)),
            ("until", Parameter.Time(until)));
        return (long)(await count.ExecuteScalarAsync(cancellation))!;
    }
}
