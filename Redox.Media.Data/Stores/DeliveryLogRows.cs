using System.Data;
using Dapper;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Validation;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>Decodes the texts of rows that Dapper has read into the types of the port (<see cref="PgText"/>).</summary>
internal static class DeliveryLogRows
{
    public static DeliveryRecord Decode(this DeliveryRecord row) => row with
    {
        LogId = PgText.DecodeAny(row.LogId),
        AttemptId = PgText.DecodeAny(row.AttemptId),
        Caller = PgText.Decode(row.Caller),
        DataModel = PgText.DecodeAny(row.DataModel),
        EventType = PgText.DecodeAny(row.EventType),
        Source = PgText.Decode(row.Source),
        DocumentId = PgText.DecodeAny(row.DocumentId),
        OriginalDocumentId = PgText.DecodeAny(row.OriginalDocumentId),
        QueryRule = PgText.DecodeAny(row.QueryRule),
    };

    public static DocumentHistory Decode(this DocumentHistory row) => row with
    {
        Source = PgText.Decode(row.Source),
        DocumentId = PgText.Decode(row.DocumentId),
        SupersededBy = PgText.DecodeAny(row.SupersededBy),
    };

    public static DocumentCorrection Decode(this DocumentCorrection row) => row with
    {
        Staff = PgText.Decode(row.Staff),
        Reason = PgText.Decode(row.Reason),
    };

    public static DocumentVersion Decode(this DocumentVersion row) => row with
    {
        LogId = PgText.DecodeAny(row.LogId),
        SupersededBy = PgText.DecodeAny(row.SupersededBy),
    };
}

/// <summary>Reads a uuid column into a <see cref="DeliveryId"/>.</summary>
internal sealed class DeliveryIdHandler : SqlMapper.TypeHandler<DeliveryId>
{
    public override DeliveryId Parse(object value) => new((Guid)value);

    public override void SetValue(IDbDataParameter parameter, DeliveryId value) => parameter.Value = value.Value;
}

/// <summary>Reads and decodes a column of texts.</summary>
internal sealed class TextsHandler : SqlMapper.TypeHandler<IReadOnlyList<string>>
{
    public override IReadOnlyList<string> Parse(object value) => [.. ((string[])value).Select(PgText.Decode)];

    public override void SetValue(IDbDataParameter parameter, IReadOnlyList<string>? value) => throw new NotSupportedException();
}

/// <summary>Reads the column <c>violations</c>.</summary>
internal sealed class ViolationsHandler : SqlMapper.TypeHandler<IReadOnlyList<Violation>>
{
    public override IReadOnlyList<Violation> Parse(object value) => DeliveryRow.ReadViolations((string)value);

    public override void SetValue(IDbDataParameter parameter, IReadOnlyList<Violation>? value) => throw new NotSupportedException();
}
