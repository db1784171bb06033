using Npgsql;

namespace Redox.Media.Tests.Soak.Support;

/// <summary>Connections that are held so that nobody else has them.</summary>
internal sealed class TakenConnections : IAsyncDisposable
{
    private readonly List<NpgsqlConnection> _connections = [];

    public void Add(NpgsqlConnection connection) => _connections.Add(connection);

    public async Task<long> CountAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _connections[0]);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections)
        {
            await connection.DisposeAsync();
        }
    }
}
