namespace Redox.Media.Core.Audit;

/// <summary>What a request asks to see, for its audit row. A delivery that asks for nothing has none.</summary>
/// <param name="Act">What the caller does.</param>
/// <param name="Criteria"><see cref="AuditEvent.Criteria"/>.</param>
public sealed record AccessRequest(AuditAct Act, string? Criteria = null)
{
    /// <summary>The patients that the request names: <see cref="AuditEvent.PatientKeys"/>.</summary>
    public IReadOnlyList<Guid> PatientKeys { get; init; } = [];

    /// <summary>Why, as staff gave it.</summary>
    public string? Reason { get; init; }
}
