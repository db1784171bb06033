using Npgsql;
using Redox.Media.Core.Keys;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

internal sealed class KeyStore(DatabaseResilience resilience) : IKeyStore
{
    public Task<IReadOnlyList<EncryptedKey>> ReadAsync(string? purpose, CancellationToken cancellation) =>
        resilience.RunAsync((connection, _, token) => ReadAsync(connection, purpose, token), cancellation);

    public Task<bool> AddAsync(EncryptedKey key, long after, CancellationToken cancellation) =>
        resilience.RunAsync((connection, _, token) => AddAsync(connection, key, after, token), cancellation);

    public Task<bool> ReplaceAsync(EncryptedKey key, byte[] before, CancellationToken cancellation) =>
        resilience.RunAsync(
            async (connection, _, token) =>
            {
                await using var replace = Statements.ReplaceKey.On(
                    connection, ("purpose", Parameter.Text(key.Purpose)), ("key_id", Parameter.Text(key.Id)),
                    ("before", Parameter.Bytes(before)), ("encrypted", Parameter.Bytes(key.Encrypted)));
                return await replace.ExecuteNonQueryAsync(token) == 1;
            },
            cancellation);

    private static async Task<IReadOnlyList<EncryptedKey>> ReadAsync(
        NpgsqlConnection connection, string? purpose, CancellationToken cancellation)
    {
        await using var read = Statements.ReadKeys.On(connection, ("purpose", Parameter.Text(purpose)));
        await using var reader = await read.ExecuteReaderAsync(cancellation);
        var keys = new List<EncryptedKey>();
        while (await reader.ReadAsync(cancellation))
        {
            keys.Add(new EncryptedKey(
                PgText.Decode(reader.GetString(1)), PgText.Decode(reader.GetString(2)), reader.GetFieldValue<byte[]>(3))
            {
                Number = reader.GetInt64(0),
            });
        }

        return keys;
    }

    // One transaction: the second statement sees what was committed before the lock was granted.
    private static async Task<bool> AddAsync(
        NpgsqlConnection connection, EncryptedKey key, long after, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Statements.LockKeys.With());
        batch.BatchCommands.Add(Statements.InsertKey.With(
            ("purpose", Parameter.Text(key.Purpose)), ("key_id", Parameter.Text(key.Id)), ("encrypted", Parameter.Bytes(key.Encrypted)),
            ("after", Parameter.Long(after))));
        return await batch.ExecuteNonQueryAsync(cancellation) == 1;
    }
}
