using Npgsql;

namespace Redox.Media.Tests.Support;

/// <summary>Reads the rows of <c>audit_event</c>.</summary>
internal static class AuditRows
{
    private const string Columns = """
        select act, outcome, caller, role, address, token_id, requester, reason, criteria, detail, is_test,
          coalesce(patient_keys, '{}') as patient_keys, coalesce(document_keys, '{}') as document_keys,
          coalesce(versions, '{}') as versions, coalesce(deliveries, '{}') as deliveries, audit_id
        from audit_event
        """;

    /// <summary>The rows that an action adds to a database in which nothing else happens.</summary>
    public static async Task<IReadOnlyList<AuditRowRead>> AddedByAsync(string connectionString, Func<Task> action)
    {
        var before = (await ReadAsync(connectionString)).Select(row => row.Id).ToHashSet();
        await action();
        return [.. (await ReadAsync(connectionString)).Where(row => !before.Contains(row.Id))];
    }

    private static async Task<List<AuditRowRead>> ReadAsync(string connectionString)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var command = database.CreateCommand(Columns);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<AuditRowRead>();
        while (await reader.ReadAsync())
        {
            string? Text(string column) => reader[column] as string;
            rows.Add(new AuditRowRead
            {
                Act = Text("act")!,
                Outcome = Text("outcome")!,
                Caller = Text("caller")!,
                Role = Text("role"),
                Address = Text("address"),
                TokenId = Text("token_id"),
                Requester = Text("requester"),
                Reason = Text("reason"),
                Criteria = Text("criteria"),
                Detail = Text("detail"),
                IsTest = (bool)reader["is_test"],
                Patients = (Guid[])reader["patient_keys"],
                Documents = (Guid[])reader["document_keys"],
                Versions = reader.GetFieldValue<Guid?[]>(reader.GetOrdinal("versions")),
                Deliveries = (Guid[])reader["deliveries"],
                Id = (Guid)reader["audit_id"],
            });
        }

        return rows;
    }
}

/// <summary>A row of <c>audit_event</c>; arrays are empty where it has none.</summary>
internal sealed record AuditRowRead
{
    public required string Act { get; init; }

    public required string Outcome { get; init; }

    public required string Caller { get; init; }

    public string? Role { get; init; }

    public string? Address { get; init; }

    public string? TokenId { get; init; }

    public string? Requester { get; init; }

    public string? Reason { get; init; }

    public string? Criteria { get; init; }

    public string? Detail { get; init; }

    public bool IsTest { get; init; }

    public required IReadOnlyList<Guid> Patients { get; init; }

    public required IReadOnlyList<Guid> Documents { get; init; }

    public required IReadOnlyList<Guid?> Versions { get; init; }

    public required IReadOnlyList<Guid> Deliveries { get; init; }

    public required Guid Id { get; init; }
}
