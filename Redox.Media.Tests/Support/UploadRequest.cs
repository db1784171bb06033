using System.Net.Http.Headers;
using System.Text;
using Redox.Media.Tests.Api.Fhir;

namespace Redox.Media.Tests.Support;

/// <summary>Requests that upload files.</summary>
internal static class UploadRequest
{
    public const string Boundary = "----RubyMultipartPost-4f";

    public static byte[] Bytes(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7 % 251))];

    /// <param name="token">The token of <see cref="FhirService"/> if empty.</param>
    public static HttpRequestMessage Post(HttpContent content, string token = "", string address = "/upload") =>
        new(HttpMethod.Post, address)
        {
            Content = content,
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token.Length == 0 ? FhirService.Token : token) },
        };

    public static HttpRequestMessage Chunked(this HttpRequestMessage request)
    {
        request.Headers.TransferEncodingChunked = true;
        return request;
    }

    public static ByteArrayContent Raw(string body)
    {
        var content = new ByteArrayContent(Encoding.ASCII.GetBytes(body));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=" + Boundary);
        return content;
    }

    public static MultipartFormDataContent Form(params (string Name, byte[] Bytes)[] parts)
    {
        var form = new MultipartFormDataContent(Boundary);
        foreach (var (name, bytes) in parts)
        {
            form.Add(
                new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/pdf") } }, name, "a.pdf");
        }

        return form;
    }
}
