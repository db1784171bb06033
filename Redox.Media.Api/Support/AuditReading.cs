using Redox.Media.Core.Audit;

namespace Redox.Media.Api.Support;

/// <summary>A page of an answer of the audit, or why there is none.</summary>
public sealed record AuditReading
{
    public IReadOnlyList<AuditRecord> Records { get; init; } = [];

    /// <summary>What the answer says of the question.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>How many records are of sources that the reader may not see.</summary>
    public int Hidden { get; init; }

    /// <summary>Where the next page begins; null on the last.</summary>
    public AuditPosition? Next { get; init; }

    /// <summary>Whether the reader does not see patients or what was asked for, which the records have.</summary>
    public bool IsWithheld { get; init; }

    /// <summary>Why the question is not answered, without a value that was sent; null when it is.</summary>
    public string? Problem { get; init; }
}
