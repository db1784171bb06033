using Redox.Media.Core.Audit;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>Chooses the statement of a question: that of the index which finds the fewest events.</summary>
internal static class AuditCommand
{
    private const string Engine = "engine";

    public static (SqlStatement Statement, (string, SqlValue)[] Parameters) Of(
        AuditQuestion question, AuditWindow window, AuditPosition before, int count)
    {
        var statement = question.Patients is not null ? Statements.AuditByPatient
            : question.Documents is not null ? Statements.AuditByDocument
            : question.Agents is null && question.Outcomes?.Contains(AuditOutcome.Success) == false ? Statements.AuditOfRefusals
            : null;
        return statement is null
            ? ByAgent(question, window, before, count, null)
            : (statement, [.. Filter(question, window, before, null), ("count", Parameter.Int(count))]);
    }

    /// <summary>The events in which a delivery was shown, opened or released.</summary>
    public static (SqlStatement Statement, (string, SqlValue)[] Parameters) OfDelivery(
        AuditQuestion question, AuditWindow window, AuditPosition before, int count) =>
        (Statements.AuditByDelivery,
        [
            .. Filter(question, window, before, null), ("delivery", Parameter.Uuid(question.Delivery?.Value)),
            ("count", Parameter.Int(count)),
        ]);

    /// <param name="id">The ID of the event; null for any.</param>
    public static (SqlStatement Statement, (string, SqlValue)[] Parameters) ByAgent(
        AuditQuestion question, AuditWindow window, AuditPosition before, int count, Guid? id) =>
        (Statements.AuditByAgent,
        [
            .. Filter(question, window, before, id), ("first_month", Parameter.Time(window.FirstMonth)),
            ("end_month", Parameter.Time(window.EndMonth)), ("names", Parameter.Texts(Names(question))), ("count", Parameter.Int(count)),
        ]);

    // What the engine did for requesters is under their names.
    private static IEnumerable<string>? Names(AuditQuestion question) =>
        question.Agents?.Contains(Engine) == true ? null : question.Agents?.Distinct();

    private static IEnumerable<(string, SqlValue)> Filter(
        AuditQuestion question, AuditWindow window, AuditPosition before, Guid? id) =>
    [
        ("from", Parameter.Time(window.From)),
        ("until", Parameter.Time(window.Until)),
        ("before_at", Parameter.Time(before.RecordedAt)),
        ("before_id", Parameter.Uuid(before.Id)),
        ("patient_keys", Parameter.Uuids(question.Patients?.Keys)),
        ("document_keys", Parameter.Uuids(question.Documents?.Select(document => document.Key))),
        ("version", Parameter.Uuid(question.Version?.Value)),
        ("audit_id", Parameter.Uuid(id)),
        ("agents", Parameter.Texts(question.Agents)),
        ("address", Parameter.Text(question.Address)),
        ("outcomes", Parameter.Texts(question.Outcomes?.Select(AuditNames.Of))),
        ("acts", Parameter.Texts(question.Acts?.Select(AuditNames.Of))),
    ];
}
