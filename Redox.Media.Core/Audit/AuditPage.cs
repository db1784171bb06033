using Redox.Media.Core.Deliveries;

namespace Redox.Media.Core.Audit;

/// <summary>A stored event: an access, or failed authentications.</summary>
/// <param name="Id">Of an access its audit ID, of failed authentications a digest of what they are counted by.</param>
/// <param name="Access">Null for failed authentications.</param>
/// <param name="Failures">Null for an access.</param>
public sealed record RecordedEvent(Guid Id, DateTimeOffset RecordedAt, AuditEvent? Access, FailedAuthentication? Failures);

/// <summary>A page of the events that a question selects, newest first.</summary>
/// <param name="Next">
/// Where the next page begins; null on the last. A page with fewer events than requested need not be the last.
/// </param>
public sealed record AuditPage(IReadOnlyList<RecordedEvent> Events, AuditPosition? Next);

/// <summary>A document that was handed out, as it is stored now.</summary>
/// <param name="Patient">The identifiers of the patient in the version that was handed out.</param>
public sealed record AuditDocument(string Source, IReadOnlyList<Documents.PatientIdentifier> Patient);

/// <summary>A delivery that was shown, opened or released.</summary>
public sealed record AuditDelivery(string Source, string? LogId);
