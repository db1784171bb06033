using Npgsql;
using Redox.Media.Core.Staff;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

internal sealed class StaffSessionStore(DatabaseResilience resilience) : IStaffSessionStore
{
    /// <summary>Of one person. A person has a few sessions a day.</summary>
    private const int MaxListed = 100;

    public Task AddAsync(StaffSession session, CancellationToken cancellation) => ExecuteAsync(
        Statements.InsertStaffSession,
        [
            ("session_id", Parameter.Uuid(session.Id)), ("staff", Parameter.Text(session.Staff)),
            ("issuer", Parameter.Text(session.Issuer)), ("roles", Parameter.Texts(session.Roles)),
            ("sources", Parameter.Texts(session.Sources)),
            ("token_id", Parameter.Text(session.TokenId)), ("address", Parameter.Text(session.Address)),
            ("now", Parameter.Time(session.StartedAt)), ("expires_at", Parameter.Time(session.ExpiresAt)),
        ],
        cancellation);

    public async Task<StaffSession?> FindAsync(Guid id, CancellationToken cancellation) =>
        (await ReadAsync(Statements.FindStaffSession, [("session_id", Parameter.Uuid(id))], Session, cancellation)).SingleOrDefault();

    public async Task<IReadOnlyList<StaffSession>> ListAsync(string staff, DateTimeOffset since, CancellationToken cancellation) =>
        await ReadAsync(
            Statements.ListStaffSessions,
            [("staff", Parameter.Text(staff)), ("since", Parameter.Time(since)), ("limit", Parameter.Int(MaxListed))], Session,
            cancellation);

    public Task TouchAsync(Guid id, DateTimeOffset now, CancellationToken cancellation) => ExecuteAsync(
        Statements.TouchStaffSession, [("session_id", Parameter.Uuid(id)), ("now", Parameter.Time(now))], cancellation);

    public Task<int> EndAsync(string staff, Guid? id, DateTimeOffset now, CancellationToken cancellation) => ExecuteAsync(
        Statements.EndStaffSessions,
        [("staff", Parameter.Text(staff)), ("session_id", Parameter.Uuid(id)), ("now", Parameter.Time(now))], cancellation);

    public Task RevealAsync(Guid id, Reveal? reveal, CancellationToken cancellation) => ExecuteAsync(
        Statements.RevealInStaffSession,
        [
            ("session_id", Parameter.Uuid(id)), ("until", Parameter.Time(reveal?.Until)), ("reason", Parameter.Text(reveal?.Reason)),
        ],
        cancellation);

    public Task AddSearchAsync(Guid id, Guid search, string text, int count, CancellationToken cancellation) => ExecuteAsync(
        Statements.AddStaffSearch,
        [
            ("session_id", Parameter.Uuid(id)), ("search_id", Parameter.Uuid(search)), ("search", Parameter.Text(text)),
            ("count", Parameter.Int(count)),
        ],
        cancellation);

    public async Task<string?> FindSearchAsync(Guid id, Guid search, CancellationToken cancellation)
    {
        var found = await ReadAsync(
            Statements.FindStaffSearch, [("session_id", Parameter.Uuid(id)), ("search_id", Parameter.Uuid(search))],
            row => Text(row, 0), cancellation);
        return found.SingleOrDefault();
    }

    private Task<int> ExecuteAsync(SqlStatement statement, (string, SqlValue)[] parameters, CancellationToken cancellation) =>
        resilience.RunAsync(
            async (connection, _, token) =>
            {
                await using var command = statement.On(connection, parameters);
                return await command.ExecuteNonQueryAsync(token);
            },
            cancellation);

    private Task<List<T>> ReadAsync<T>(
        SqlStatement statement, (string, SqlValue)[] parameters, Func<NpgsqlDataReader, T> read, CancellationToken cancellation) =>
        resilience.RunAsync(
            async (connection, _, token) =>
            {
                await using var command = statement.On(connection, parameters);
                await using var reader = await command.ExecuteReaderAsync(token);
                var rows = new List<T>();
                while (await reader.ReadAsync(token))
                {
                    rows.Add(read(reader));
                }

                return rows;
            },
            cancellation);

    private static StaffSession Session(NpgsqlDataReader row) => new()
    {
        Id = row.GetGuid(0),
        Staff = Text(row, 1)!,
        Issuer = Text(row, 2),
        Roles = Texts(row, 3),
        Sources = Texts(row, 4),
        TokenId = Text(row, 5),
        Address = Text(row, 6),
        StartedAt = row.GetFieldValue<DateTimeOffset>(7),
        SeenAt = row.GetFieldValue<DateTimeOffset>(8),
        ExpiresAt = row.GetFieldValue<DateTimeOffset>(9),
        EndedAt = row.IsDBNull(10) ? null : row.GetFieldValue<DateTimeOffset>(10),
        Reveal = row.IsDBNull(11) ? null : new Reveal(row.GetFieldValue<DateTimeOffset>(11), Text(row, 12) ?? ""),
    };

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : PgText.Decode(row.GetString(column));

    private static string[]? Texts(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : [.. row.GetFieldValue<string[]>(column).Select(PgText.Decode)];
}
