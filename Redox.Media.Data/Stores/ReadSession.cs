using Npgsql;
using Redox.Media.Data.Resilience;

namespace Redox.Media.Data.Stores;

/// <summary>A connection on which a part of a response is read.</summary>
internal sealed class ReadSession(NpgsqlConnection connection, DatabaseCall call, ColumnBuffer buffer, ReadPace pace)
{
    public NpgsqlConnection Connection => connection;

    /// <summary>What was read last. It must not be read into again after <see cref="WriteAsync"/> has returned false.</summary>
    public ColumnBuffer Buffer => buffer;

    /// <summary>Maximum number of rows that the statement may read.</summary>
    public int MaxRows => pace.Rows;

    /// <summary>
    /// Writes to the client, which does not count as time of the database call. False when the client does not keep up: nothing more must
    /// be read or written in this session, which is to be returned.
    /// </summary>
    public async ValueTask<bool> WriteAsync(Func<ValueTask> write)
    {
        var isTaken = false;
        await call.OutsideAsync(async () => isTaken = await pace.IsTakenAsync(write()));
        return isTaken;
    }

    /// <summary>Writes to the client, however long it takes; for what is not expected to take any time.</summary>
    public ValueTask WriteToEndAsync(Func<ValueTask> write) => call.OutsideAsync(write);
}
