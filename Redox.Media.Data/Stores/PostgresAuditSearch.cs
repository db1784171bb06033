using Npgsql;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>Reads the audit in PostgreSQL.</summary>
internal sealed partial class PostgresAuditSearch(DatabaseResilience resilience, TimeProvider time) : IAuditSearch
{
    /// <summary>For one statement, which reads one part of the audit.</summary>
    private static readonly TimeSpan StatementTimeout = TimeSpan.FromSeconds(5);

    /// <summary>After this time a page ends with what was found, and the next one begins with the part that was not read.</summary>
    private static readonly TimeSpan PageTime = TimeSpan.FromSeconds(2);

    /// <summary>How far the clocks of the service and the database may differ, and how long a request lasts.</summary>
    private static readonly TimeSpan AroundArrival = TimeSpan.FromMinutes(10);

    private static readonly AuditPosition Start = new(DateTimeOffset.MaxValue, new Guid(
        [255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255]));

    public async Task<AuditPage> FindAsync(AuditQuestion question, AuditPosition? after, int count, CancellationToken cancellation)
    {
        var begun = time.GetTimestamp();
        var before = after ?? Start;
        var months = await ReadAsync(Statements.FindAuditMonths, [], row => row.GetFieldValue<DateOnly>(0), cancellation);
        DateTimeOffset? until = after is { } position ? position.RecordedAt.AddTicks(TimeSpan.TicksPerMicrosecond) : null;
        until = question.Until is { } end && !(end >= until) ? end : until;
        var found = new List<RecordedEvent>();
        foreach (var window in AuditWindow.Of(months, question.From, until))
        {
            found.AddRange(await FindAsync(question, window, before, count + 1 - found.Count, cancellation));
            if (found.Count > count)
            {
                return new AuditPage(found[..count], new AuditPosition(found[count - 1].RecordedAt, found[count - 1].Id));
            }

            if (time.GetElapsedTime(begun) >= PageTime && !window.IsOldest)
            {
                return new AuditPage(found, new AuditPosition(window.From, Guid.Empty));
            }
        }

        return new AuditPage(found, null);
    }

    private async Task<IEnumerable<RecordedEvent>> FindAsync(
        AuditQuestion question, AuditWindow window, AuditPosition before, int count, CancellationToken cancellation)
    {
        List<RecordedEvent> found = [];
        if (question.Delivery is { } delivery)
        {
            var near = window.Within(delivery.Arrival - AroundArrival, delivery.Arrival + AroundArrival);
            found.AddRange(await ReadAsync(AuditCommand.OfDelivery(question, window, before, count), cancellation));
            found.AddRange(await ReadAsync(AuditCommand.ByAgent(question, near, before, count, delivery.Value), cancellation));
        }
        else
        {
            found.AddRange(await ReadAsync(AuditCommand.Of(question, window, before, count), cancellation));
        }

        if (question.IncludesFailedAuthentications)
        {
            found.AddRange(await ReadAsync(
                Statements.FindFailedAuthentications,
                [
                    ("from", Parameter.Time(window.From)), ("until", Parameter.Time(window.Until)),
                    ("before_at", Parameter.Time(before.RecordedAt)), ("before_id", Parameter.Uuid(before.Id)),
                    ("address", Parameter.Text(question.Address)), ("count", Parameter.Int(count)),
                    ("shard_key", Parameter.Long(question.Address is { } address ? FailedAuthenticationStore.ShardOf(address) : null)),
                ],
                AuditRows.ReadFailures,
                cancellation));
        }

        return found.DistinctBy(one => one.Id).OrderByDescending(one => one.RecordedAt)
            .ThenByDescending(one => one.Id.ToString(), StringComparer.Ordinal).Take(count);
    }

    private Task<List<RecordedEvent>> ReadAsync(
        (SqlStatement Statement, (string, SqlValue)[] Parameters) command, CancellationToken cancellation) =>
        ReadAsync(command.Statement, command.Parameters, AuditRows.ReadAccess, cancellation);

    private Task<List<T>> ReadAsync<T>(
        SqlStatement statement, (string, SqlValue)[] parameters, Func<NpgsqlDataReader, T> read, CancellationToken cancellation) =>
        resilience.RunAsync(
            async (connection, _, token) =>
            {
                await using var command = statement.On(connection, parameters);
                await using var reader = await SearchTimeout.ExecuteAsync(command, StatementTimeout, token);
                var rows = new List<T>();
                while (await reader.ReadAsync(token))
                {
                    rows.Add(read(reader));
                }

                return rows;
            },
            cancellation);
}
