using Npgsql;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Resilience;

/// <summary>
/// Whether the database's disk may be full. A write that failed for want of room raises the doubt; a write as large as a slice of a file,
/// tried by whoever asks, settles it. A smaller one would not: it may still find room in a page that is there.
/// </summary>
internal sealed class DiskFullProbe
{
    private const int SliceBytes = 256 * 1024;

    private volatile bool _isRaised;

    /// <summary>Takes note of a failure, if it is one for want of room.</summary>
    public void Note(Exception exception)
    {
        if (PostgresErrors.IsDiskFull(exception))
        {
            _isRaised = true;
        }
    }

    /// <summary>True when a write has failed for want of room and would fail still. Costs nothing while no write has.</summary>
    public async Task<bool> IsFullAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        if (!_isRaised)
        {
            return false;
        }

        try
        {
            await WriteAndTakeBackAsync(connection, cancellation);
            _isRaised = false;
            return false;
        }
        catch (PostgresException exception) when (PostgresErrors.IsDiskFull(exception))
        {
            return true;
        }
    }

    // Into the table that holds the largest values as they are, without compressing them. What is rolled back leaves room that is used
    // again.
    private static async Task WriteAndTakeBackAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var insert = Statements.InsertBodySlice.On(
            connection,
            ("shard_key", Parameter.Long(0)),
            ("delivery_id", Parameter.Uuid(Guid.NewGuid())),
            ("slice", Parameter.Int(0)),
            ("bytes", Parameter.Bytes(new byte[SliceBytes])));
        await insert.ExecuteNonQueryAsync(cancellation);
        await transaction.RollbackAsync(cancellation);
    }
}
