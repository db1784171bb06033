namespace Redox.Media.Core.Audit;

/// <summary>How an access ended.</summary>
public enum AuditOutcome
{
    Success,

    /// <summary>There was nothing with this ID that the caller may see.</summary>
    NotFound,

    /// <summary>The caller had no right to it, or the request was not valid.</summary>
    Refused,

    /// <summary>It was permitted and did not succeed.</summary>
    Failed,
}
