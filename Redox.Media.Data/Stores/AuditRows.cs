using Npgsql;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>Reads the rows of the statements that read the audit.</summary>
internal static class AuditRows
{
    /// <summary>A row of AuditColumns.sql.</summary>
    public static RecordedEvent ReadAccess(NpgsqlDataReader row)
    {
        var id = row.GetGuid(0);
        var access = new AuditEvent
        {
            Id = new DeliveryId(id),
            Act = AuditNames.ParseAct(row.GetString(2))!.Value,
            Outcome = AuditNames.ParseOutcome(row.GetString(3))!.Value,
            Caller = Text(row, 4)!,
            Origin = new RequestOrigin(Text(row, 6), Text(row, 7), Text(row, 5)),
            Requester = Text(row, 8),
            Reason = Text(row, 9),
            Criteria = Text(row, 10),
            Detail = Text(row, 11),
            IsTest = row.GetBoolean(12),
            PatientKeys = Array<Guid>(row, 13),
            Documents = Documents(Array<long>(row, 14), Array<Guid>(row, 15), Array<Guid?>(row, 16)),
            DeliveryIds = [.. Array<Guid>(row, 17).Select(delivery => new DeliveryId(delivery))],
        };
        return new RecordedEvent(id, Time(row, 1), access, null);
    }

    /// <summary>A row of FindFailedAuthentications.sql.</summary>
    public static RecordedEvent ReadFailures(NpgsqlDataReader row)
    {
        var minute = Time(row, 1);
        var failures = new FailedAuthentication(Text(row, 2)!, Text(row, 3)!, minute, Array<string>(row, 4), row.GetInt64(5));
        return new RecordedEvent(row.GetGuid(0), minute, null, failures);
    }

    public static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : PgText.Decode(row.GetString(column));

    private static DateTimeOffset Time(NpgsqlDataReader row, int column) => new(row.GetDateTime(column), TimeSpan.Zero);

    private static T[] Array<T>(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? [] : row.GetFieldValue<T[]>(column);

    private static SeenDocument[] Documents(long[] shards, Guid[] keys, Guid?[] versions)
    {
        var documents = new SeenDocument[keys.Length];
        for (var i = 0; i < documents.Length; i++)
        {
            var version = i < versions.Length && versions[i] is { } given ? new DeliveryId(given) : (DeliveryId?)null;
            documents[i] = new SeenDocument(new DocumentKey(shards[i], keys[i]), version);
        }

        return documents;
    }
}
