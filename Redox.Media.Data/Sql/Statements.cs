using Redox.Media.Core.Fhir.Mapping;
using Redox.Media.Core.Fhir.Search;

namespace Redox.Media.Data.Sql;

/// <summary>Every statement of the store; each is the file of its name.</summary>
internal static class Statements
{
    public static readonly SqlStatement LockDocuments = SqlStatement.Read(nameof(LockDocuments));
    public static readonly SqlStatement ApplyEvents = SqlStatement.Read(nameof(ApplyEvents));
    public static readonly SqlStatement InsertContentSlice = SqlStatement.Read(nameof(InsertContentSlice));
    public static readonly SqlStatement InsertDelivery = SqlStatement.Read(nameof(InsertDelivery));
    public static readonly SqlStatement InsertRawSlice = SqlStatement.Read(nameof(InsertRawSlice));
    public static readonly SqlStatement AnswerQueries = SqlStatement.Read(nameof(AnswerQueries));
    public static readonly SqlStatement SearchByDocumentId = SqlStatement.Read(nameof(SearchByDocumentId));
    public static readonly SqlStatement SearchByKey = SqlStatement.Read(nameof(SearchByKey));
    public static readonly SqlStatement ReadVersions = SqlStatement.Read(nameof(ReadVersions));
    public static readonly SqlStatement ReadContent = SqlStatement.Read(nameof(ReadContent));
    public static readonly SqlStatement ReadContentSlices = SqlStatement.Read(nameof(ReadContentSlices));
    public static readonly SqlStatement FindSetAsideDelivery = SqlStatement.Read(nameof(FindSetAsideDelivery));
    public static readonly SqlStatement ReadRawSlices = SqlStatement.Read(nameof(ReadRawSlices));
    public static readonly SqlStatement InsertRelease = SqlStatement.Read(nameof(InsertRelease));
    public static readonly SqlStatement FindDeliveries = SqlStatement.Read(nameof(FindDeliveries));
    public static readonly SqlStatement FindAttempts = SqlStatement.Read(nameof(FindAttempts));
    public static readonly SqlStatement FindDocument = SqlStatement.Read(nameof(FindDocument));
    public static readonly SqlStatement FindVersions = SqlStatement.Read(nameof(FindVersions));
    public static readonly SqlStatement AnswerReads = SqlStatement.Read(nameof(AnswerReads));
    public static readonly SqlStatement FhirSearch = SqlStatement.Read(nameof(FhirSearch));
    public static readonly SqlStatement FhirSearchByChange = SqlStatement.Read(nameof(FhirSearchByChange));
    public static readonly SqlStatement FhirResources = SqlStatement.Read(nameof(FhirResources));
    public static readonly SqlStatement FhirContent = SqlStatement.Read(nameof(FhirContent));
    public static readonly SqlStatement LockCondition = SqlStatement.Read(nameof(LockCondition));
}
