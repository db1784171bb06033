using Npgsql;
using NpgsqlTypes;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

internal sealed class FailedAuthenticationStore(DatabaseResilience resilience) : IFailedAuthenticationStore
{
    public Task AddAsync(IReadOnlyList<FailedAuthentication> failures, CancellationToken cancellation) =>
        resilience.RunAsync((connection, _, token) => AddAsync(connection, failures, token), cancellation);

    public static long ShardOf(string address) => Digest.Hash64('a', address);

    private static async Task<int> AddAsync(
        NpgsqlConnection connection, IReadOnlyList<FailedAuthentication> failures, CancellationToken cancellation)
    {
        await using var add = Statements.AddFailedAuthentications.On(
            connection,
            ("shard_keys", Parameter.Longs([.. failures.Select(one => ShardOf(one.Address))])),
            ("addresses", Parameter.Texts(failures.Select(one => one.Address))),
            ("endpoints", Parameter.Texts(failures.Select(one => one.Endpoint))),
            ("minutes", Parameter.Of(
                failures.Select(one => one.Minute.UtcDateTime).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.TimestampTz)),
            ("credentials", Parameter.Encoded([.. failures.Select(one => Parameter.Literal(one.Credentials)!)])),
            ("failures", Parameter.Longs([.. failures.Select(one => one.Failures)])));
        return await add.ExecuteNonQueryAsync(cancellation);
    }
}
