using Npgsql;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Resilience;

/// <summary>
/// The end of a transaction. No timeout of Npgsql and no token reaches it: a commit whose wait for a standby is cancelled is reported as
/// successful (docs/decisions/0016). Its limit is that of its <see cref="DatabaseCall"/>.
/// </summary>
internal static class Commit
{
    /// <summary>No command timeout, in seconds; for the last batch of an implicit transaction as well.</summary>
    public const int NoTimeout = 0;

    public static async Task ExecuteAsync(NpgsqlConnection connection)
    {
        await using var commit = Statements.Commit.On(connection);
        commit.CommandTimeout = NoTimeout;
        await commit.ExecuteNonQueryAsync(CancellationToken.None);
    }
}
