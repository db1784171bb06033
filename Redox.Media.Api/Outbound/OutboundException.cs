using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Redox.Media.Api.Outbound;

/// <summary>Why a remote host gave no usable response.</summary>
internal enum OutboundFailure
{
    /// <summary>Not https, or with a user name.</summary>
    InvalidUrl,

    /// <summary>The host leads to an address that is not public and not allowed by <c>Outbound:PrivateHosts</c>.</summary>
    AddressNotAllowed,

    NameNotResolved,

    ConnectFailed,

    /// <summary>The certificate is not trusted or for another host, or there is no TLS.</summary>
    TlsFailed,

    /// <summary>No response in time.</summary>
    Timeout,

    /// <summary>The response was cut off, or is not HTTP.</summary>
    ConnectionLost,

    /// <summary>The host answered with an address elsewhere.</summary>
    RedirectRefused,

    /// <summary>A status that is not success: <see cref="OutboundException.Status"/>.</summary>
    Status,

    /// <summary>More bytes than are allowed.</summary>
    TooLarge,

    /// <summary>The host has failed repeatedly and is not asked for a while.</summary>
    CircuitOpen,
}

/// <summary>A request to a remote host that failed. It names neither the URL nor anything that the host sent.</summary>
/// <param name="retryAfter">When the host wants to be asked again, if it said so.</param>
internal sealed class OutboundException(OutboundFailure failure, int? status = null, TimeSpan? retryAfter = null)
    : Exception(status is null ? $"The remote host failed: {failure}." : $"The remote host failed: {failure} {status}.")
{
    public OutboundFailure Failure { get; } = failure;

    public int? Status { get; } = status;

    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>Whether the same request may succeed at once or a little later.</summary>
    public static bool IsTransient(OutboundFailure? failure) => failure is OutboundFailure.NameNotResolved or OutboundFailure.ConnectFailed
        or OutboundFailure.Timeout or OutboundFailure.ConnectionLost;

    /// <summary>The failure behind an exception of HttpClient or of its pipeline; null for another exception.</summary>
    public static OutboundFailure? FailureOf(Exception? exception) => exception switch
    {
        OutboundException known => known.Failure,
        HttpRequestException { InnerException: OutboundException known } => known.Failure,
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => OutboundFailure.TlsFailed,
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => OutboundFailure.ConnectFailed,
        HttpRequestException or IOException => OutboundFailure.ConnectionLost,
        BrokenCircuitException => OutboundFailure.CircuitOpen,
        TimeoutRejectedException or OperationCanceledException => OutboundFailure.Timeout,
        _ => null,
    };
}
