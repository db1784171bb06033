namespace Redox.Media.Api.Observability;

/// <summary>Why a request was answered with 503.</summary>
internal enum RejectReason
{
    /// <summary>The byte budget is exhausted.</summary>
    Overloaded,

    /// <summary>The connection is one beyond the limit.</summary>
    TooManyConnections,

    StoreUnavailable,

    Timeout,
}
