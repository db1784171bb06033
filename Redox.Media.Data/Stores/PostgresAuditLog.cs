using Npgsql;
using Redox.Media.Core.Audit;
using Redox.Media.Data.Resilience;

namespace Redox.Media.Data.Stores;

/// <summary>
/// Records accesses that have no delivery. When the acknowledgement of a commit is lost, the row is written again: an access is recorded at
/// least once.
/// </summary>
internal sealed class PostgresAuditLog(DatabaseResilience resilience) : IAuditLog
{
    public Task RecordAsync(AuditEvent access, CancellationToken cancellation) => resilience.RunAsync(
        async (connection, _, _) =>
        {
            // The batch is the transaction, hence no timeout and no token.
            await using var batch = new NpgsqlBatch(connection)
            {
                Timeout = Commit.NoTimeout, BatchCommands = { AuditRow.Insert(access) },
            };
            await batch.ExecuteNonQueryAsync(CancellationToken.None);
            return true;
        },
        cancellation);
}
