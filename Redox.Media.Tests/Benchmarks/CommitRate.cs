using System.Diagnostics;
using Npgsql;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>How fast this machine commits one row at a time: by it figures can be read on another machine.</summary>
internal static class CommitRate
{
    public static async Task<double> MeasureAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using (var create = new NpgsqlCommand("create table if not exists commit_rate (n int)", connection))
        {
            await create.ExecuteNonQueryAsync();
        }

        await using var insert = new NpgsqlCommand("insert into commit_rate values (1)", connection);
        await insert.PrepareAsync();
        var clock = Stopwatch.StartNew();
        var commits = 0;
        while (clock.Elapsed < TimeSpan.FromSeconds(1))
        {
            await insert.ExecuteNonQueryAsync();
            commits++;
        }

        return commits / clock.Elapsed.TotalSeconds;
    }
}
