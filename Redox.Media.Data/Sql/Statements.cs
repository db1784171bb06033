namespace Redox.Media.Data.Sql;

/// <summary>Every statement of the store; each is the file of its name.</summary>
internal static class Statements
{
    public static readonly SqlStatement ReadSessionSettings = SqlStatement.Read(nameof(ReadSessionSettings));
    public static readonly SqlStatement CheckDatabase = SqlStatement.Read(nameof(CheckDatabase));
    public static readonly SqlStatement EndStaleSessions = SqlStatement.Read(nameof(EndStaleSessions));
    public static readonly SqlStatement Commit = SqlStatement.Read(nameof(Commit));
    public static readonly SqlStatement LockDocuments = SqlStatement.Read(nameof(LockDocuments));
    public static readonly SqlStatement ApplyEvents = SqlStatement.Read(nameof(ApplyEvents));
    public static readonly SqlStatement InsertContentSlice = SqlStatement.Read(nameof(InsertContentSlice));
    public static readonly SqlStatement InsertDelivery = SqlStatement.Read(nameof(InsertDelivery));
    public static readonly SqlStatement InsertAuditEvent = SqlStatement.Read(nameof(InsertAuditEvent));
    public static readonly SqlStatement InsertBody = SqlStatement.Read(nameof(InsertBody));
    public static readonly SqlStatement ReserveRejectedBytes = SqlStatement.Read(nameof(ReserveRejectedBytes));
    public static readonly SqlStatement InsertBodySlice = SqlStatement.Read(nameof(InsertBodySlice));
    public static readonly SqlStatement QueryBatch = SqlStatement.Read(nameof(QueryBatch));
    public static readonly SqlStatement SearchByDocumentId = SqlStatement.Read(nameof(SearchByDocumentId));
    public static readonly SqlStatement SearchByLookupKey = SqlStatement.Read(nameof(SearchByLookupKey));
    public static readonly SqlStatement ReadVersions = SqlStatement.Read(nameof(ReadVersions));
    public static readonly SqlStatement ReadContent = SqlStatement.Read(nameof(ReadContent));
    public static readonly SqlStatement ReadContentSlices = SqlStatement.Read(nameof(ReadContentSlices));
    public static readonly SqlStatement FindSetAsideDelivery = SqlStatement.Read(nameof(FindSetAsideDelivery));
    public static readonly SqlStatement ReadBodySlices = SqlStatement.Read(nameof(ReadBodySlices));
    public static readonly SqlStatement InsertRelease = SqlStatement.Read(nameof(InsertRelease));
    public static readonly SqlStatement IsReleasedBy = SqlStatement.Read(nameof(IsReleasedBy));
    public static readonly SqlStatement AddPatientKeys = SqlStatement.Read(nameof(AddPatientKeys));
    public static readonly SqlStatement FindDeliveries = SqlStatement.Read(nameof(FindDeliveries));
    public static readonly SqlStatement CountHiddenDeliveries = SqlStatement.Read(nameof(CountHiddenDeliveries));
    public static readonly SqlStatement FindAttempts = SqlStatement.Read(nameof(FindAttempts));
    public static readonly SqlStatement FindDocument = SqlStatement.Read(nameof(FindDocument));
    public static readonly SqlStatement FindVersions = SqlStatement.Read(nameof(FindVersions));
    public static readonly SqlStatement FhirReadBatch = SqlStatement.Read(nameof(FhirReadBatch));
    public static readonly SqlStatement FindHorizon = SqlStatement.Read(nameof(FindHorizon));
    public static readonly SqlStatement FhirSearchByIndex = SqlStatement.Read(nameof(FhirSearchByIndex));
    public static readonly SqlStatement FhirSearchByLastUpdated = SqlStatement.Read(nameof(FhirSearchByLastUpdated));
    public static readonly SqlStatement ReadFhirVersions = SqlStatement.Read(nameof(ReadFhirVersions));
    public static readonly SqlStatement ReadContentRange = SqlStatement.Read(nameof(ReadContentRange));
    public static readonly SqlStatement InsertIntegrityFailure = SqlStatement.Read(nameof(InsertIntegrityFailure));
    public static readonly SqlStatement AddFailedAuthentications = SqlStatement.Read(nameof(AddFailedAuthentications));
    public static readonly SqlStatement FindIntegrityFailures = SqlStatement.Read(nameof(FindIntegrityFailures));
    public static readonly SqlStatement UnsafeServerSettings = SqlStatement.Read(nameof(UnsafeServerSettings));
    public static readonly SqlStatement VerifyDocuments = SqlStatement.Read(nameof(VerifyDocuments));
    public static readonly SqlStatement LockConditions = SqlStatement.Read(nameof(LockConditions));
    public static readonly SqlStatement FindApplied = SqlStatement.Read(nameof(FindApplied));
    public static readonly SqlStatement ReadKeys = SqlStatement.Read(nameof(ReadKeys));
    public static readonly SqlStatement LockKeys = SqlStatement.Read(nameof(LockKeys));
    public static readonly SqlStatement InsertKey = SqlStatement.Read(nameof(InsertKey));
    public static readonly SqlStatement ReplaceKey = SqlStatement.Read(nameof(ReplaceKey));
    public static readonly SqlStatement FindOutcome = SqlStatement.Read(nameof(FindOutcome));
}
