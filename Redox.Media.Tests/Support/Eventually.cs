using System.Diagnostics;
using Npgsql;

namespace Redox.Media.Tests.Support;

/// <summary>Waits for what must come true, and not longer than it may take.</summary>
internal static class Eventually
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);

    /// <summary>Returns the time that it took.</summary>
    /// <exception cref="TimeoutException">It did not come true.</exception>
    public static async Task<TimeSpan> IsTrueAsync(
        string what, Func<Task<bool>> isTrue, TimeSpan timeout, CancellationToken cancellation = default)
    {
        var clock = Stopwatch.StartNew();
        while (!await isTrue())
        {
            if (clock.Elapsed > timeout)
            {
                throw new TimeoutException($"Not within {timeout.TotalSeconds:0} s: {what}.");
            }

            await Task.Delay(LookEvery, cancellation);
        }

        return clock.Elapsed;
    }

    /// <summary>Waits for what another connection brings about in the database.</summary>
    /// <param name="sql">A query of one boolean.</param>
    /// <exception cref="TimeoutException">It did not come true.</exception>
    public static async Task HoldsAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await IsTrueAsync(sql, async () => await command.ExecuteScalarAsync() is true, TimeSpan.FromSeconds(20));
    }
}
