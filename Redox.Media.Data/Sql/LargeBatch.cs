using Npgsql;

namespace Redox.Media.Data.Sql;

/// <summary>Batches with large values. An idle connection of Npgsql keeps its last batch in memory, and with it files of 30 MB.</summary>
internal static class LargeBatch
{
    /// <summary>1 MiB a round trip: the slowest disk that a large file can be written to takes the command timeout for it.</summary>
    public const int Slices = 4;

    public static async Task ExecuteAsync(NpgsqlBatch batch, CancellationToken cancellation)
    {
        try
        {
            await batch.ExecuteNonQueryAsync(cancellation);
        }
        finally
        {
            ReleaseValues(batch);
        }
    }

    // To clear the parameters is not enough: Npgsql has them in the order of the numbers as well.
    public static void ReleaseValues(NpgsqlBatch batch)
    {
        foreach (var command in batch.BatchCommands)
        {
            foreach (NpgsqlParameter parameter in command.Parameters)
            {
                parameter.Value = null;
            }
        }
    }
}
