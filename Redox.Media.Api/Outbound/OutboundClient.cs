using System.Net;

namespace Redox.Media.Api.Outbound;

/// <summary>Gets resources from remote hosts over checked connections.</summary>
internal sealed class OutboundClient(HttpClient http, TimeProvider time)
{
    /// <summary>
    /// Sends GET, again after a transient failure. The time limit ends with the header of the response; the caller limits the time and the
    /// length of the body, and disposes the response.
    /// </summary>
    /// <param name="prepare">Adds headers.</param>
    /// <returns>A response with a status of success, or 304 or 416.</returns>
    /// <exception cref="OutboundException">There is no such response.</exception>
    public async Task<HttpResponseMessage> GetAsync(
        Uri url, Action<HttpRequestMessage>? prepare, CancellationToken cancellation)
    {
        if (!IsValid(url))
        {
            throw new OutboundException(OutboundFailure.InvalidUrl);
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        prepare?.Invoke(request);
        var response = await SendAsync(request, cancellation);
        if (response.IsSuccessStatusCode
            || response.StatusCode is HttpStatusCode.NotModified or HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return response;
        }

        using (response)
        {
            var status = (int)response.StatusCode;
            throw new OutboundException(
                status is >= 300 and < 400 ? OutboundFailure.RedirectRefused : OutboundFailure.Status, status,
                OutboundPipeline.RetryAfter(response, time));
        }
    }

    /// <summary>Whether the URL may be requested at all: https, without a user name.</summary>
    public static bool IsValid(Uri url) => url.IsAbsoluteUri && url.Scheme == Uri.UriSchemeHttps && url.UserInfo.Length == 0;

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        try
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested
            && OutboundException.FailureOf(exception) is { } failure)
        {
            throw new OutboundException(failure);
        }
    }
}
