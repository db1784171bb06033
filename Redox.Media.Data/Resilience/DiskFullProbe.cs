using Npgsql;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Resilience;

/// <summary>
/// Whether the database's disk is full. After a write failed for lack of space, a test write of the size of a file's slice decides it. A
/// smaller one might still fit into an existing page.
/// </summary>
internal sealed class DiskFullProbe(TimeProvider time)
{
    private const int SliceBytes = 256 * 1024;

    private volatile bool _isRaised;

    /// <summary>Records a failure, if the reason was lack of space.</summary>
    public void Note(Exception exception)
    {
        if (PostgresErrors.IsDiskFull(exception))
        {
            _isRaised = true;
        }
    }

    /// <summary>True when a write has failed for lack of space and would still fail. Does nothing unless a write has failed.</summary>
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

    // Into a table that stores large values without compression. The space of the rolled back row is reused.
    private async Task WriteAndTakeBackAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var insert = Statements.InsertBodySlice.On(
            connection,
            ("body_shard", Parameter.Long(0)),
            ("body_key", Parameter.Uuid(Guid.NewGuid())),
            ("month", Parameter.Date(DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime))),
            ("slice", Parameter.Int(0)),
            ("bytes", Parameter.Bytes(new byte[SliceBytes])));
        await insert.ExecuteNonQueryAsync(cancellation);
        await transaction.RollbackAsync(cancellation);
    }
}
