using Npgsql;
using NpgsqlTypes;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Clients;
using Redox.Media.Core.Documents;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

internal sealed class ClientRegistry(DatabaseResilience resilience) : IClientRegistry
{
    private const int FirstKeyColumn = 12;

    private const char JtiDomain = 'J';

    public Task<IReadOnlyList<RegisteredClient>> ReadAsync(CancellationToken cancellation) =>
        resilience.RunAsync((connection, _, token) => ReadAsync(connection, token), cancellation);

    public Task<bool> AddAsync(RegisteredClient client, AuditEvent? access, CancellationToken cancellation) => ChangeAsync(
        access, () =>
        [
            Statements.InsertClient.With(
                ("client_id", Parameter.Text(client.Id)), ("name", Parameter.Text(client.Name)),
                ("source_id", Parameter.Text(client.SourceId)), ("scopes", Parameter.Texts(client.Scopes)),
                ("visible_sources", Parameter.Texts(client.VisibleSources)),
                ("max_requests_per_second", Parameter.Int(client.MaxRequestsPerSecond)), ("is_engine", Parameter.Bool(client.IsEngine)),
                ("jwks_url", Parameter.Text(client.JwksUrl)), ("now", Parameter.Time(client.RegisteredAt))),
            .. client.Keys.Select(key => InsertKey(client.Id, key)),
        ],
        cancellation);

    public Task<bool> RotateAsync(
        string clientId, string? retiredKeyId, ClientKey? added, DateTimeOffset now, AuditEvent? access, CancellationToken cancellation)
    {
        return ChangeAsync(access, Commands, cancellation);

        IEnumerable<NpgsqlBatchCommand> Commands()
        {
            if (retiredKeyId is not null)
            {
                yield return Statements.RetireClientKey.With(
                    ("client_id", Parameter.Text(clientId)), ("key_id", Parameter.Text(retiredKeyId)), ("now", Parameter.Time(now)));
            }

            if (added is not null)
            {
                yield return InsertKey(clientId, added);
            }
        }
    }

    public Task<bool> RevokeAsync(string clientId, DateTimeOffset now, AuditEvent? access, CancellationToken cancellation) => ChangeAsync(
        access, () => [Statements.RevokeClient.With(("client_id", Parameter.Text(clientId)), ("now", Parameter.Time(now)))], cancellation);

    public Task<bool> UseAssertionAsync(
        string clientId, string jti, Guid tokenId, DateTimeOffset expiresAt, CancellationToken cancellation) => resilience.RunAsync(
        async (connection, _, token) =>
        {
            await using var batch = new NpgsqlBatch(connection)
            {
                Timeout = Commit.NoTimeout,
                BatchCommands =
                {
                    Statements.UseAssertion.With(
                        ("client_id", Parameter.Text(clientId)), ("assertion_key", Parameter.Uuid(Digest.Key(JtiDomain, clientId, jti))),
                        ("token_id", Parameter.Uuid(tokenId)), ("expires_at", Parameter.Time(expiresAt))),
                },
            };
            return await batch.ExecuteScalarAsync(token) is true;
        },
        cancellation);

    public Task RemoveExpiredAssertionsAsync(CancellationToken cancellation) => resilience.RunAsync(
        async (connection, _, token) =>
        {
            await using var remove = Statements.RemoveExpiredAssertions.On(connection);
            return await remove.ExecuteScalarAsync(token);
        },
        cancellation);

    private static NpgsqlBatchCommand InsertKey(string clientId, ClientKey key) => Statements.InsertClientKey.With(
        ("client_id", Parameter.Text(clientId)), ("key_id", Parameter.Text(key.Id)), ("jwk", Parameter.Text(key.Jwk)),
        ("secret_digest", Parameter.Of<byte[]?>(key.SecretDigest, NpgsqlDbType.Bytea)), ("now", Parameter.Time(key.AddedAt)),
        ("max_live", Parameter.Int(RegisteredClient.MaxLiveKeys)));

    /// <summary>One transaction, in which each statement has to change one row, and the audit row is the first.</summary>
    private Task<bool> ChangeAsync(
        AuditEvent? access, Func<IEnumerable<NpgsqlBatchCommand>> commands, CancellationToken cancellation) => resilience.RunAsync(
        async (connection, _, token) =>
        {
            await using var transaction = await connection.BeginTransactionAsync(token);
            await using (var clients = Statements.LockClients.On(connection))
            {
                await clients.ExecuteNonQueryAsync(token);
            }

            IEnumerable<NpgsqlBatchCommand> first = access is null ? [] : [AuditRow.Insert(access)];
            foreach (var command in first.Concat(commands()))
            {
                await using var batch = new NpgsqlBatch(connection) { BatchCommands = { command } };
                if (await batch.ExecuteNonQueryAsync(token) != 1)
                {
                    return false;
                }
            }

            await Commit.ExecuteAsync(connection);
            return true;
        },
        cancellation);

    private static async Task<IReadOnlyList<RegisteredClient>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var read = Statements.ReadClients.On(connection);
        await using var reader = await read.ExecuteReaderAsync(cancellation);
        var clients = new List<RegisteredClient>();
        while (await reader.ReadAsync(cancellation))
        {
            if (clients.Count == 0 || clients[^1].Id != Text(reader, 0))
            {
                clients.Add(Client(reader));
            }

            if (!reader.IsDBNull(FirstKeyColumn))
            {
                clients[^1] = clients[^1] with { Keys = [.. clients[^1].Keys, Key(reader)] };
            }
        }

        return clients;
    }

    private static RegisteredClient Client(NpgsqlDataReader row) => new()
    {
        Id = Text(row, 0),
        Name = Text(row, 1),
        SourceId = Text(row, 2),
        Scopes = Texts(row, 3),
        VisibleSources = Texts(row, 4),
        MaxRequestsPerSecond = row.IsDBNull(5) ? null : row.GetInt32(5),
        Epoch = row.GetInt32(6),
        RegisteredAt = row.GetFieldValue<DateTimeOffset>(7),
        RevokedAt = row.IsDBNull(8) ? null : row.GetFieldValue<DateTimeOffset>(8),
        IsEngine = row.GetBoolean(9),
        PageSecret = Text(row, 10),
        JwksUrl = row.IsDBNull(11) ? null : Text(row, 11),
    };

    private static ClientKey Key(NpgsqlDataReader row) =>
        new(Text(row, FirstKeyColumn), row.GetFieldValue<DateTimeOffset>(FirstKeyColumn + 3))
        {
            Jwk = row.IsDBNull(FirstKeyColumn + 1) ? null : Text(row, FirstKeyColumn + 1),
            SecretDigest = row.IsDBNull(FirstKeyColumn + 2) ? null : row.GetFieldValue<byte[]>(FirstKeyColumn + 2),
            RetiredAt = row.IsDBNull(FirstKeyColumn + 4) ? null : row.GetFieldValue<DateTimeOffset>(FirstKeyColumn + 4),
        };

    private static string Text(NpgsqlDataReader row, int column) => PgText.Decode(row.GetString(column));

    private static string[] Texts(NpgsqlDataReader row, int column) =>
        [.. row.GetFieldValue<string[]>(column).Select(PgText.Decode)];
}
