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

    /// <summary>Gets a small document as a whole.</summary>
    /// <exception cref="OutboundException">There is none, or it has more than <paramref name="maxBytes"/>.</exception>
    public async Task<byte[]> GetBytesAsync(Uri url, int maxBytes, CancellationToken cancellation)
    {
        using var response = await GetAsync(url, null, cancellation);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new OutboundException(OutboundFailure.Status, (int)response.StatusCode);
        }

        if (response.Content.Headers.ContentLength > maxBytes)
        {
            throw new OutboundException(OutboundFailure.TooLarge);
        }

        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellation);
            var buffer = new byte[maxBytes + 1];
            var read = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
            return read <= maxBytes ? buffer[..read] : throw new OutboundException(OutboundFailure.TooLarge);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            throw new OutboundException(OutboundFailure.ConnectionLost);
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
