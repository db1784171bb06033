using Npgsql;

namespace Redox.Media.Tests.Convergence;

/// <summary>Waits for what another connection brings about.</summary>
internal static class Condition
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    /// <param name="sql">A query of one boolean.</param>
    public static async Task HoldsAsync(NpgsqlDataSource database, string sql)
    {
        using var patience = new CancellationTokenSource(Longest);
        await using var command = database.CreateCommand(sql);
        while (await command.ExecuteScalarAsync(patience.Token) is not true)
        {
            await Task.Yield(); // the query itself takes the time
        }
    }
}
